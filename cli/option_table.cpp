#include "cli/option_table.hpp"

#include "cli/option_values.hpp"

namespace tocsin::cli {

namespace {

/// What follows an option in the help: its value's name and default, without the words that `one_of` describes.
class HelpLayout : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_opts(option);
    const std::size_t begin = text.find(":{");
    const std::size_t end = text.find('}', begin);
    return begin == std::string::npos || end == std::string::npos ? text : text.erase(begin, end + 1 - begin);
  }
};

CLI::Option* add_rules(CLI::App* command, std::vector<std::string>& rules) {
  return command->add_option("RULES", rules, "rule files, or folders of *.rules files")->type_name("")->required();
}

/// An option that may be given several times, one value each time.
CLI::Option* add_places(CLI::App* command, const char* name, std::vector<std::string>& places, const char* what) {
  return command->add_option(name, places, what)->type_name("URI")->take_all()->allow_extra_args(false)->expected(1);
}

void add_run(CLI::App& app, Words& words) {
  RunOptions& run = words.run;
  auto* command = app.add_subcommand("run", "events in, alerts out");
  add_rules(command, run.rules)->check(not_rules);
  add_places(
      command, "--in", run.in,
      "where events come from: - (stdin, the default), a file (.gz, .zst too), zmq+pull://host:port, "
      "zmq+sub://host:port?topic=T; may be given several times. Other than CloudEvents: "
      "?format=json&type_field=kind&time_field=ts&time_unit=ms behind it, or ?format=csv&type=NAME&time_field=COLUMN")
      ->check(not_an_input);
  add_places(
      command, "--out", run.out,
      "where outputs go: - (stdout, the default), a file, zmq+push://host:port, zmq+pub://host:port?topic=T; may "
      "be given several times")
      ->check(not_an_output);
  command->add_option("--lateness", words.lateness, "how far an event may be behind the latest one: 500ms, 5s, 1m30s")
      ->type_name("DURATION")
      ->check(not_a_duration)
      ->capture_default_str();
  command->add_flag("--no-drain", words.no_drain, "at the end of input let no timer come due early");
  command->add_option("--partitions", run.partitions, "parts that keys are spread over; 0: one for each core")
      ->type_name("N")
      ->check(number_in(0, 256))
      ->capture_default_str();
  command->add_flag("--stats", run.stats, "a table of figures at the end");
  command->add_option("--dead-letters", run.dead_letters, "append events that can't be used to this file")
      ->type_name("FILE");
}

void add_check(CLI::App& app, Words& words) {
  CheckOptions& check = words.check;
  auto* command = app.add_subcommand("check", "compile rules and tell what is wrong with them");
  add_rules(command, check.rules);
  command->add_flag("--deny-warnings", check.deny_warnings, "exit with 3 when there are warnings");
  command
      ->add_option("--format", words.check_format,
                   "human on stderr, or on stdout: short (a line each, for editors), json, sarif")
      ->type_name("FORMAT")
      ->check(one_of({"human", "short", "json", "sarif"}))
      ->capture_default_str();
}

void add_test(CLI::App& app, Words& words) {
  TestOptions& test = words.test;
  auto* command = app.add_subcommand("test", "run the test blocks of rules");
  add_rules(command, test.rules);
  command->add_option("-r,--regex", test.regex, "only tests whose rule's name or own title this is found in (RE2)")
      ->type_name("REGEX")
      ->check(not_a_regex);
  command->add_flag("-v,--verbose", test.verbose, "show what every test put out");
  command->add_flag("--watch", test.watch, "run again whenever a rule file changes; Ctrl-C ends it");
  command->add_option("--format", words.test_format, "human, json, or junit (XML that CI servers read)")
      ->type_name("FORMAT")
      ->check(one_of({"human", "json", "junit"}))
      ->capture_default_str();
}

void add_format(CLI::App& app, FormatOptions& format) {
  auto* command = app.add_subcommand("fmt", "rules in the one layout, to stdout; comments stay where they are");
  add_rules(command, format.rules);
  auto* write = command->add_flag("-w,--write", format.write, "write the files in place");
  command->add_flag("--check", format.check, "only name the files that differ, and exit with 1 if any does")
      ->excludes(write);
}

void add_explain(CLI::App& app, ExplainOptions& explain) {
  auto* command = app.add_subcommand("explain", "show what rules mean, stage by stage; or what a diagnostic means");
  command->add_option("RULES", explain.rules, "a rule file, a folder of them, or the code of a diagnostic: E0203")
      ->type_name("")
      ->required();
  command->add_option("RULE", explain.rule, "one rule; all when left out")->type_name("");
  command->add_option("--stage", explain.stage, "tree, plan or nfa")
      ->type_name("STAGE")
      ->check(one_of({"tree", "plan", "nfa"}))
      ->capture_default_str();
  command->add_option("--format", explain.format, "text; of --stage nfa also dot or mermaid")
      ->type_name("FORMAT")
      ->check(one_of({"text", "dot", "mermaid"}))
      ->capture_default_str();
}

void add_graph(CLI::App& app, GraphOptions& graph) {
  auto* command =
      app.add_subcommand("graph", "which types, tables, rules and outputs there are, and what leads to what");
  add_rules(command, graph.rules);
  command->add_option("--format", graph.format, "text, or a picture: dot (Graphviz), mermaid")
      ->type_name("FORMAT")
      ->check(one_of({"text", "dot", "mermaid"}))
      ->capture_default_str();
}

void add_send(CLI::App& app, SendOptions& send) {
  auto* command = app.add_subcommand("send", "events into ZeroMQ, a line each");
  command->add_option("URI", send.uri, "zmq+push://host:port or zmq+pub://host:port?topic=T")
      ->type_name("")
      ->check(not_a_socket)
      ->required();
  command->add_option("FILE", send.file, "lines of events (.gz, .zst too); stdin when left out")->type_name("");
  command->add_option("--batch", send.batch, "lines in one message")
      ->type_name("N")
      ->check(number_in(1, 100'000))
      ->capture_default_str();
}

void add_infer(CLI::App& app, InferOptions& infer) {
  auto* command = app.add_subcommand("infer", "declarations of event types from a sample of events");
  command->add_option("FILE", infer.file, "events as `run --in` takes them: a file (.gz, .zst too), - for stdin")
      ->type_name("")
      ->check(not_an_input)
      ->required();
  command->add_option("--events", infer.events, "read no more than the first N; 0: all")
      ->type_name("N")
      ->capture_default_str();
}

void add_generate(CLI::App& app, Words& words) {
  GenerateOptions& generate = words.generate;
  auto* command = app.add_subcommand("generate", "events that make rules fire, and events that nearly do");
  add_rules(command, generate.rules);
  command->add_option("--rule", generate.names, "only this rule; may be given several times")
      ->type_name("NAME")
      ->take_all()
      ->allow_extra_args(false)
      ->expected(1);
  command->add_option("--seed", generate.seed, "other events for another number, the same for the same")
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--no-near", words.no_near, "only what fires, without what is one thing short of it");
  command->add_option("--out", generate.out, "where events go: - (stdout, the default), a file, zmq+push://host:port")
      ->type_name("URI")
      ->check(not_an_output);
}

void add_completion(CLI::App& app, CompletionOptions& completion) {
  auto* command = app.add_subcommand("completion", "a script that lets a shell complete commands and options");
  command->add_option("SHELL", completion.shell, "bash, zsh or fish")
      ->type_name("")
      ->check(one_of({"bash", "zsh", "fish"}))
      ->required();
}

}  // namespace

void add_all(CLI::App& app, Words& words) {
  app.formatter(std::make_shared<HelpLayout>());
  app.require_subcommand(1);
  app.set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  app.add_option("--color", words.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(one_of({"auto", "always", "never"}))
      ->capture_default_str();
  app.fallthrough();
  add_run(app, words);
  add_check(app, words);
  add_test(app, words);
  add_format(app, words.format);
  add_explain(app, words.explain);
  add_graph(app, words.graph);
  add_send(app, words.send);
  add_infer(app, words.infer);
  add_generate(app, words);
  add_completion(app, words.completion);
}

}  // namespace tocsin::cli
