# floors: how a folder of harness/ becomes an object library, and how an include that goes up is refused.
# Object libraries, since an archive would drop the files that register themselves.

set(MAILRIG_FLOORS "" CACHE INTERNAL "floors declared so far, lowest first")
set_property(GLOBAL PROPERTY mailrig_test_sources "")
set_property(GLOBAL PROPERTY mailrig_bench_sources "")
set_property(GLOBAL PROPERTY mailrig_fuzz_sources "")

add_library(mailrig_options INTERFACE)
target_compile_options(mailrig_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(MAILRIG_PRECOMPILED AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The first is what a compiler cache needs. The others: what comes out of a precompiled header GCC 12 no longer knows to be the
  # system's, so that its false alarms within std::string show (its bug 105329). ci/sanitize builds without, and so with them on.
  target_compile_options(mailrig_options INTERFACE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # The fuzzers' compiler. What it warns of besides is not what a build should stop for.
  target_compile_options(mailrig_options INTERFACE -Wno-error)
endif()
target_include_directories(mailrig_options INTERFACE ${CMAKE_SOURCE_DIR}/harness ${CMAKE_SOURCE_DIR}/fixtures)
target_link_libraries(mailrig_options INTERFACE Boost::headers fmt::fmt)
if(MAILRIG_SANITIZE)
  target_compile_options(mailrig_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mailrig_options INTERFACE -fsanitize=address,undefined)
endif()
if(MAILRIG_FUZZ)
  target_compile_options(mailrig_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Every floor may see itself and what was declared before it; anything else stops the build.
function(mailrig_refuse_upward name folder allowed)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp ${folder}/*.hpp)
  set(stamp ${CMAKE_BINARY_DIR}/floors/${name}.stamp)
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} "-DALLOWED=${allowed}" -DFOLDER=${folder} -DSTAMP=${stamp} -P ${CMAKE_SOURCE_DIR}/ci/refuse_upward.cmake
    DEPENDS ${sources} ${CMAKE_SOURCE_DIR}/ci/refuse_upward.cmake VERBATIM)
  add_custom_target(${name}_floor_check DEPENDS ${stamp})
  add_dependencies(mailrig_${name} ${name}_floor_check)
endfunction()

# The tree's own path is told only to what reads it, so that a compiler cache serves every other file to any clone.
function(mailrig_tell_tree)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_DEFINITIONS MAILRIG_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()

# The version likewise: a new one compiles these again and nothing else.
function(mailrig_tell_version)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_DEFINITIONS MAILRIG_VERSION="${PROJECT_VERSION}")
endfunction()

# What almost every file includes is read once for all: measured at a quarter of a file's time. A target with headers of its own
# has its own.
function(mailrig_precompiled target)
  if(MAILRIG_PRECOMPILED AND NOT ARGN AND TARGET mailrig_base AND NOT target STREQUAL mailrig_base)
    target_precompile_headers(${target} REUSE_FROM mailrig_base)
  elseif(MAILRIG_PRECOMPILED)
    target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <cstdint> <deque> <filesystem> <functional> <map> <memory>
      <optional> <set> <string> <string_view> <utility> <variant> <vector> <boost/system/result.hpp> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# Files are compiled several at once: reading the headers, even precompiled, costs a small file more than its own lines do. So
# names within anonymous namespaces must differ within a floor; a file that only registers something has a namespace of its own.
# Which batch a file is in depends on its name alone, so that a new file compiles one batch again. ci/sanitize compiles each file
# alone, and so sees an include that is missing. Alone are what has Linux's own headers (linux_*.cpp), and Beast.
function(mailrig_in_batches target)
  if(NOT MAILRIG_BATCHES)
    return()
  endif()
  get_target_property(files ${target} SOURCES)
  list(LENGTH files count)
  set(batches 1)
  while(batches LESS_EQUAL ${count})
    math(EXPR batches "${batches} * 2")
  endwhile()
  math(EXPR batches "${batches} / 8") # five to nine files in each
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    if(batches GREATER 1 AND NOT name MATCHES "^(linux_.*|live_server)\\.cpp$")
      string(MD5 digest ${name})
      string(SUBSTRING ${digest} 0 4 digest)
      math(EXPR batch "0x${digest} % ${batches}")
      set_property(SOURCE ${file} PROPERTY UNITY_GROUP "batch_${batch}")
    endif()
  endforeach()
endfunction()

function(mailrig_collect name folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  foreach(kind test bench fuzz)
    set(of_kind ${sources})
    list(FILTER of_kind INCLUDE REGEX "_${kind}\\.cpp$")
    set_property(GLOBAL APPEND PROPERTY mailrig_${kind}_sources ${of_kind})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$|/program/")
  add_library(mailrig_${name} OBJECT ${sources})
  target_link_libraries(mailrig_${name} PUBLIC mailrig_options ${ARGN})
  mailrig_precompiled(mailrig_${name})
  mailrig_in_batches(mailrig_${name})
  set_property(GLOBAL APPEND PROPERTY mailrig_libraries mailrig_${name})
endfunction()

function(mailrig_floor name)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  set(floors ${MAILRIG_FLOORS} ${name})
  set(MAILRIG_FLOORS "${floors}" CACHE INTERNAL "")
  mailrig_collect(${name} ${CMAKE_SOURCE_DIR}/harness/${name} ${arg_LINK})
  set(allowed ${floors})
  if(name MATCHES "^(app|scenario|play|stress)$")
    list(APPEND allowed embedded)
  endif()
  mailrig_refuse_upward(${name} ${CMAKE_SOURCE_DIR}/harness/${name} "${allowed}")
endfunction()

# The embedded server shares no mistake with the judge: it sees the sockets and the base, nothing else.
function(mailrig_embedded folder)
  mailrig_collect(embedded ${CMAKE_SOURCE_DIR}/${folder})
  mailrig_refuse_upward(embedded ${CMAKE_SOURCE_DIR}/${folder} "base;net;embedded")
endfunction()

# A page that the program carries with it.
function(mailrig_embed floor page name)
  set(made ${CMAKE_BINARY_DIR}/made/${name}.cpp)
  add_custom_command(OUTPUT ${made}
    COMMAND ${CMAKE_COMMAND} -DFROM=${page} -DTO=${made} -DVARIABLE=${name} -P ${CMAKE_SOURCE_DIR}/ci/embed.cmake
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    DEPENDS ${page} ${CMAKE_SOURCE_DIR}/ci/embed.cmake VERBATIM)
  target_sources(mailrig_${floor} PRIVATE ${made})
endfunction()

function(mailrig_program name)
  get_property(libraries GLOBAL PROPERTY mailrig_libraries)
  add_executable(${name} harness/app/program/main.cpp)
  target_link_libraries(${name} PRIVATE ${libraries})
endfunction()

function(mailrig_tests)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  get_property(libraries GLOBAL PROPERTY mailrig_libraries)
  get_property(tests GLOBAL PROPERTY mailrig_test_sources)
  # The oracle of SASL is GNU's library, which nothing but its test needs.
  find_library(MAILRIG_GSASL gsasl)
  find_path(MAILRIG_GSASL_HEADER gsasl.h)
  if(NOT MAILRIG_GSASL OR NOT MAILRIG_GSASL_HEADER)
    message(STATUS "without libgsasl-dev: SASL is not tried against an oracle")
    list(FILTER tests EXCLUDE REGEX "/gsasl_test\\.cpp$")
  endif()
  get_property(benches GLOBAL PROPERTY mailrig_bench_sources)
  add_executable(mailrig_tests ${tests})
  mailrig_precompiled(mailrig_tests <gtest/gtest.h>)
  mailrig_in_batches(mailrig_tests)
  # A fixture in an anonymous namespace is one file's own, in a batch too; GCC cannot know.
  target_compile_options(mailrig_tests PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  foreach(test ${tests})
    file(STRINGS ${test} reads REGEX MAILRIG_SOURCE_DIR LIMIT_COUNT 1)
    if(reads)
      mailrig_tell_tree(${test})
    endif()
  endforeach()
  target_link_libraries(mailrig_tests PRIVATE ${libraries} GTest::gtest GTest::gtest_main)
  if(MAILRIG_GSASL AND MAILRIG_GSASL_HEADER)
    target_link_libraries(mailrig_tests PRIVATE ${MAILRIG_GSASL})
  endif()
  include(GoogleTest)
  gtest_discover_tests(mailrig_tests PROPERTIES LABELS unit TIMEOUT 120)
  if(benches)
    add_executable(mailrig_bench ${benches})
    target_link_libraries(mailrig_bench PRIVATE ${libraries} benchmark::benchmark benchmark::benchmark_main)
  endif()
endfunction()

# One libFuzzer program for each *_fuzz.cpp.
function(mailrig_fuzzers)
  get_property(libraries GLOBAL PROPERTY mailrig_libraries)
  list(REMOVE_ITEM libraries mailrig_app)
  get_property(fuzzers GLOBAL PROPERTY mailrig_fuzz_sources)
  mailrig_tell_tree(${fuzzers})
  add_custom_target(fuzzers)
  foreach(source ${fuzzers})
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    # What stands above the target's own floor is not built for it; of those from net on some need the embedded server.
    set(below ${libraries})
    if(source MATCHES "/harness/(base|history|wire|model|check)/")
      list(FIND libraries mailrig_${CMAKE_MATCH_1} own)
      math(EXPR count "${own} + 1")
      list(SUBLIST libraries 0 ${count} below)
    endif()
    target_link_libraries(${name} PRIVATE ${below})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
  endforeach()
endfunction()
