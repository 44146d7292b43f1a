// The `tocsin` command: one table of commands and options.
#include <unistd.h>

#include <cstdlib>
#include <exception>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace {

using namespace tocsin;

std::string not_a_duration(const std::string& text) {
  if (const auto value = events::parse_duration(text); value && value->ns >= 0) return {};
  return "`" + text + "` is no duration; write for example 500ms, 5s or 1m30s";
}

/// `auto`: when stderr is a terminal and NO_COLOR isn't set (no-color.org).
bool use_color(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

void add_rules(CLI::App* command, std::vector<std::string>& rules) {
  command->add_option("RULES", rules, "rule files, or folders of *.rules files")->required();
}

int main_with(int argc, char** argv) {
  CLI::App app{"Tocsin: finds patterns over time in streams of events"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  std::string color = "auto";
  app.add_option("--color", color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app.fallthrough();

  cli::RunOptions run;
  std::string lateness = "0s";
  auto* run_command = app.add_subcommand("run", "events in, alerts out");
  add_rules(run_command, run.rules);
  run_command
      ->add_option(
          "--in", run.in,
          "where events come from: - (stdin), a file (.gz, .zst), zmq+sub://host:port?topic=T, zmq+pull://host:port")
      ->take_all()
      ->allow_extra_args(false)
      ->capture_default_str();
  run_command
      ->add_option("--out", run.out, "where outputs go: - (stdout), a file, zmq+pub://host:port, zmq+push://host:port")
      ->take_all()
      ->allow_extra_args(false)
      ->capture_default_str();
  run_command->add_option("--lateness", lateness, "how far an event may be behind the latest one")
      ->check(not_a_duration)
      ->capture_default_str();
  run_command->add_flag("!--no-drain", run.drain, "at the end of input let no timer come due early");
  run_command->add_option("--partitions", run.partitions, "parts that keys are spread over; 0: one for each core")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  run_command->add_flag("--stats", run.stats, "a table of figures at the end");
  run_command->add_option("--dead-letters", run.dead_letters, "file that events which can't be used are appended to");

  cli::CheckOptions check;
  auto* check_command = app.add_subcommand("check", "compile rules and tell what is wrong with them");
  add_rules(check_command, check.rules);
  check_command->add_flag("--deny-warnings", check.deny_warnings, "exit with 3 when there are warnings");

  cli::TestOptions test;
  auto* test_command = app.add_subcommand("test", "run the test blocks of rules");
  add_rules(test_command, test.rules);

  cli::ExplainOptions explain;
  auto* explain_command = app.add_subcommand("explain", "show what rules mean, stage by stage");
  explain_command->add_option("RULES", explain.rules, "a rule file, or a folder of them")->required();
  explain_command->add_option("RULE", explain.rule, "one rule; all when left out");
  explain_command->add_option("--stage", explain.stage, "tree, plan or nfa")
      ->check(CLI::IsMember({"tree", "plan", "nfa"}))
      ->capture_default_str();
  explain_command->add_option("--format", explain.format, "text, or dot (nfa only)")
      ->check(CLI::IsMember({"text", "dot"}))
      ->capture_default_str();

  cli::SendOptions send;
  auto* send_command = app.add_subcommand("send", "events into ZeroMQ, a line each");
  send_command->add_option("URI", send.uri, "zmq+push://host:port or zmq+pub://host:port?topic=T")->required();
  send_command->add_option("FILE", send.file, "lines of events; - for stdin")->capture_default_str();
  send_command->add_option("--batch", send.batch, "lines in one message")
      ->check(CLI::Range(1U, 100'000U))
      ->capture_default_str();

  try {
    app.parse(argc, argv);
    if (explain.format == "dot" && explain.stage != "nfa")
      throw CLI::ValidationError("--format", "dot shows --stage nfa only");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cli::kOk : cli::kUsage;
  }
  run.lateness = *events::parse_duration(lateness);
  const bool colored = use_color(color);
  if (run_command->parsed()) return cli::run(run, colored);
  if (check_command->parsed()) return cli::check(check, colored);
  if (test_command->parsed()) return cli::test(test, colored);
  if (explain_command->parsed()) return cli::explain(explain, colored);
  return cli::send(send);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_with(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "tocsin: internal error, please report it: {}\n", error.what());
    return cli::kInternal;
  }
}
