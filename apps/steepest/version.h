// version.h: the version that `steepest --version` tells; the same as the project's in CMakeLists.txt.
#pragma once

#ifndef STEEPEST_VERSION
#define STEEPEST_VERSION "0.1.0"
#endif
