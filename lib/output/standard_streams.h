// standard_streams.h: the streams that a process starts with. Any of them may be missing, closed, full, or without a reader.
#pragma once
#include <cstdio>
#include <string>
#include <string_view>

namespace steepest::output {

/// To be called before anything is opened. Where standard input, output or error is missing (`2>&-`), the next file would take its
/// number, and messages would be written into it: the gap is filled with something that refuses to be read or written. A reader that has
/// left is from here on an error of the write, and not the end of the process.
void prepare_standard_streams();

/// Writes a note or a complaint. What cannot be written is dropped: whoever does not listen changes nothing.
void tell(std::FILE* stream, const std::string& text);

/// Writes a result to standard output. Throws InputError where it cannot be written; where its reader has left (`| head -1`), the process
/// ends by SIGPIPE, as programs do.
void print(std::string_view text);

/// Writes what `print` has kept. Throws as it does.
void flush();

/// What `print` does where writing fails with `error`.
[[noreturn]] void standard_output_failed(int error);

}  // namespace steepest::output
