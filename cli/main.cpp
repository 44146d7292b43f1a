// The `tocsin` command: what a process has to be, and which command it is.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/talk.hpp"

namespace {

using namespace tocsin;

/// A standard stream that was closed would be the next file or socket opened, and be written to as if it were a stream.
void occupy_standard_streams() {
  while (true) {
    const int descriptor = ::open("/dev/null", O_RDONLY);
    if (descriptor > STDERR_FILENO) ::close(descriptor);
    if (descriptor < 0 || descriptor > STDERR_FILENO) return;
  }
}

/// By itself: when the stream is a terminal and NO_COLOR isn't set (no-color.org).
bool colored(cli::Color color, int stream) {
  if (color != cli::Color::automatic) return color == cli::Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(stream) == 1 && (no_color == nullptr || *no_color == '\0');
}

int run_command(const cli::CommandLine& line) {
  const bool out = colored(line.color, STDOUT_FILENO);
  const bool err = colored(line.color, STDERR_FILENO);
  struct Commands {
    bool out, err;
    int operator()(const cli::RunOptions& options) const { return cli::run(options, err); }
    int operator()(const cli::CheckOptions& options) const { return cli::check(options, err); }
    int operator()(const cli::TestOptions& options) const { return cli::test(options, out, err); }
    int operator()(const cli::FormatOptions& options) const { return cli::format(options, err); }
    int operator()(const cli::ExplainOptions& options) const { return cli::explain(options, err); }
    int operator()(const cli::GraphOptions& options) const { return cli::graph(options, err); }
    int operator()(const cli::SendOptions& options) const { return cli::send(options); }
    int operator()(const cli::InferOptions& options) const { return cli::infer(options); }
    int operator()(const cli::GenerateOptions& options) const { return cli::generate(options, err); }
    int operator()(const cli::CompletionOptions& options) const { return cli::completion(options); }
  };
  return std::visit(Commands{out, err}, line.command);
}

int answer(int argc, char** argv) {
  const auto line = cli::parse_command_line({argv + std::min(argc, 1), argv + argc});
  if (line) return run_command(*line);
  if (line.error().code == cli::kOk)
    cli::put("{}", line.error().text);
  else
    cli::say("{}", line.error().text);
  return line.error().code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    occupy_standard_streams();
    const int code = answer(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    cli::say("error: cannot write `stdout`: {}\n", std::strerror(errno));
    return cli::kInputOutput;
  } catch (const std::exception& error) {
    cli::say("tocsin: internal error, please report it: {}\n", error.what());
    return cli::kInternal;
  }
}
