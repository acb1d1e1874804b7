# LibTorchTarget.cmake: steepest_libtorch_target(PREFIX PROBLEM VERSION) makes the files of one LibTorch the imported target steepest::torch, for
# the build and for the installed package alike. VERSION is set to what its headers say; PROBLEM to why there is no target, or to nothing;
# STEEPEST_LIBTORCH_CUDA to whether it serves CUDA.
#
# find_package(Torch) is not asked: of a CUDA build, PyPI's ordinary wheel among them, it demands the CUDA toolkit with its compiler.
# Our code calls LibTorch alone, whose headers need no CUDA header and whose libraries bring their own paths to what they need.
function(steepest_libtorch_target prefix problem_variable version_variable)
  set(${problem_variable} "" PARENT_SCOPE)
  set(${version_variable} "" PARENT_SCOPE)
  foreach(name torch torch_cpu c10 torch_cuda c10_cuda)
    unset(${name})
    find_library(${name} ${name} PATHS ${prefix}/lib ${prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE} NO_DEFAULT_PATH NO_CACHE)
  endforeach()
  set(api ${prefix}/include/torch/csrc/api/include)
  if(NOT torch OR NOT torch_cpu OR NOT c10 OR NOT EXISTS ${api}/torch/torch.h)
    set(${problem_variable} "${prefix} holds no LibTorch: lib/libtorch.so, libtorch_cpu.so, libc10.so and the headers are wanted" PARENT_SCOPE)
    return()
  endif()

  # The numbers moved to another header in version 2.9.
  set(version "")
  foreach(header ${api}/torch/version.h ${prefix}/include/torch/headeronly/version.h)
    if(NOT version AND EXISTS ${header})
      file(STRINGS ${header} lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
      string(REGEX MATCHALL "[0-9]+" version "${lines}")
    endif()
  endforeach()
  list(JOIN version . version)
  set(${version_variable} "${version}" PARENT_SCOPE)

  file(GLOB configuration ${prefix}/share/cmake/Torch/TorchConfig.cmake ${prefix}/lib/*/cmake/Torch/TorchConfig.cmake)
  foreach(file ${configuration})
    file(STRINGS ${file} old REGEX "_GLIBCXX_USE_CXX11_ABI=0")
    if(old)
      set(${problem_variable} "the build in ${prefix} uses the C++ ABI from before 2011, which the distribution's libraries cannot be linked \
with. Take torch 2.6 or newer, or a LibTorch download marked cxx11 ABI" PARENT_SCOPE)
      return()
    endif()
  endforeach()

  set(libraries ${torch} ${torch_cpu} ${c10})
  set(STEEPEST_LIBTORCH_CUDA FALSE PARENT_SCOPE)
  if(torch_cuda AND c10_cuda)
    set(STEEPEST_LIBTORCH_CUDA TRUE PARENT_SCOPE)
    # Nothing refers to these by name, they register themselves when they are loaded: so the linker must not leave them out. One item, since
    # CMake may move items about.
    list(APPEND libraries "-Wl,--push-state,--no-as-needed,\"${torch_cuda}\",\"${c10_cuda}\",--pop-state")
  endif()
  find_package(Threads REQUIRED)
  add_library(steepest::torch INTERFACE IMPORTED)
  set_target_properties(steepest::torch PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${prefix}/include;${api}"  # of an imported target: system headers, whose warnings are not ours
    INTERFACE_LINK_LIBRARIES "${libraries};Threads::Threads"
    INTERFACE_COMPILE_FEATURES cxx_std_20)
endfunction()
