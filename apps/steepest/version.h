// version.h: the version that `steepest --version` tells; CMakeLists.txt defines it.
#pragma once

#ifndef STEEPEST_VERSION
#error "STEEPEST_VERSION comes from CMakeLists.txt"
#endif
