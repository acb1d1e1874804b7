# Install.cmake: `cmake --install` gives find_package(steepest) with the target steepest::optim, and <steepest/optim.h> with what it includes.
include(CMakePackageConfigHelpers)
set(kPackageDir ${CMAKE_INSTALL_LIBDIR}/cmake/steepest)

install(TARGETS steepest_kernel steepest_matrix steepest_optim EXPORT steepest_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(room kernel matrix optim)
  set_target_properties(steepest_${room} PROPERTIES EXPORT_NAME ${room})
  target_include_directories(steepest_${room} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()
install(CODE "set(steepest_lib ${PROJECT_SOURCE_DIR}/lib)\nset(steepest_include ${CMAKE_INSTALL_INCLUDEDIR}/steepest)")
install(SCRIPT cmake/InstallHeaders.cmake)
install(EXPORT steepest_targets FILE steepestTargets.cmake NAMESPACE steepest:: DESTINATION ${kPackageDir})
configure_package_config_file(cmake/steepestConfig.cmake.in ${CMAKE_BINARY_DIR}/steepestConfig.cmake INSTALL_DESTINATION ${kPackageDir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/steepestConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/steepestConfig.cmake ${CMAKE_BINARY_DIR}/steepestConfigVersion.cmake cmake/LibTorchTarget.cmake
        DESTINATION ${kPackageDir})
