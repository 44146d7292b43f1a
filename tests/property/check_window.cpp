#include "tests/property/check_window.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <stdexcept>

#include <fmt/format.h>

#include "engine/engine.hpp"
#include "events/batch.hpp"
#include "rules/compile.hpp"

namespace tocsin::property {
namespace {

using events::Message;
using events::Value;
using oracle::Told;

struct StillClock : engine::Clock {
  events::Time now() override { return {}; }
  events::Duration monotonic() override { return {}; }
};
struct Messages : engine::OutputSink {
  void take(const Message& message) override { all.push_back(message); }
  std::vector<Message> all;
};
struct Letters : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override { lines.push_back(letter.position.line); }
  std::vector<std::size_t> lines;
};

struct Running {
  Running(const CompiledWindow& compiled, const WindowCase& test, std::uint32_t partitions,
          events::SymbolTable& symbols, Messages& out, Letters& letters)
      : engine(compiled.set, {.partitions = partitions}, symbols, out, letters, clock),
        input(engine.add_input({.name = "test", .lateness = test.lateness})) {}
  StillClock clock;
  engine::Engine engine;
  engine::InputId input;
};

void run_engine(const WindowCase& test, const CompiledWindow& compiled, const WindowWay& way,
                events::SymbolTable& symbols, Messages& out, Letters& letters) {
  auto running = std::make_unique<Running>(compiled, test, way.partitions, symbols, out, letters);
  const events::Schema& schema = compiled.set->schema;
  std::size_t cut = 0;
  for (std::size_t begin = 0; begin < test.stream.size();) {
    while (cut < way.cuts.size() && way.cuts[cut] <= begin) ++cut;
    const std::size_t end = cut < way.cuts.size() ? std::min(way.cuts[cut], test.stream.size()) : test.stream.size();
    auto loaded = running->engine.take_batch();
    for (std::size_t i = begin; i < end; ++i) {
      const oracle::Event& event = test.stream[i];
      const events::TypeId type = schema.find(kWindowTypes[events::index_of(event.type)]);
      const events::Row row = events::append_event(loaded->batch, schema, symbols, type, event.time, std::to_string(i),
                                                   "test", event.fields);
      loaded->batch.origins[row].position.line = i;
    }
    running->engine.push(running->input, std::move(loaded));
    begin = end;
    if (!way.saves || begin == test.stream.size() || running->engine.stats().waiting > 0) continue;
    const std::string state = running->engine.write_state();
    running = std::make_unique<Running>(compiled, test, way.partitions % 3 + 1, symbols, out, letters);
    if (const auto read = running->engine.read_state(state); !read)
      throw std::runtime_error("a written state can't be read back: " + read.error());
  }
  running->engine.finish(true);
}

/// Floats within rounding.
bool is_close(const Value& a, const Value& b) {
  const auto *x = std::get_if<double>(&a), *y = std::get_if<double>(&b);
  if (x != nullptr && y != nullptr)
    return *x == *y || std::abs(*x - *y) <= 1e-9 * std::max({1.0, std::abs(*x), std::abs(*y)});
  return a == b;
}

bool is_within(const std::pair<double, double>& bounds, const Value& value) {
  const auto* d = std::get_if<events::Duration>(&value);
  const auto* f = std::get_if<double>(&value);
  const double x = d != nullptr ? static_cast<double>(d->ns) : f != nullptr ? *f : std::nan("");
  return x >= bounds.first - 1 * (d != nullptr) && x <= bounds.second + 1 * (d != nullptr);
}

/// What both sides are brought to. Values are compared by is_close.
struct Line {
  std::string text;
  std::vector<Value> values;
};

/// Lives by the order in which they are first told of.
class Lives {
 public:
  std::size_t of(const std::string& life) {
    if (life.empty()) return 0;
    return numbers_.try_emplace(life, numbers_.size() + 1).first->second;
  }

 private:
  std::map<std::string, std::size_t> numbers_;
};

std::string key_text(const std::vector<Value>& key) {
  std::string text;
  for (const Value& part : key) text += "/" + events::to_text(part);
  return text;
}

std::string line_text(std::size_t place, events::Time completion, std::uint64_t early, std::uint64_t revision,
                      bool withdrawn, std::uint64_t suppressed, std::uint64_t rows, const std::string& causes) {
  std::string text = fmt::format("p{} @{}", place, events::format_rfc3339(completion));
  if (early > 0) text += fmt::format(" early {}", early);
  if (revision > 0) text += fmt::format(" revision {}", revision);
  if (withdrawn) text += " withdrawn";
  if (suppressed > 0) text += fmt::format(" suppressed {}", suppressed);
  return text + fmt::format(" rows {} causes {}", rows, causes);
}

std::string alert_text(events::AlertState state, std::size_t life, const std::string& reason, events::Time start,
                       events::Time end, events::Severity severity, const std::vector<Value>& key) {
  return fmt::format(" {} #{} {} [{}, {}] {} {}", events::name_of(state), life, reason, events::format_rfc3339(start),
                     events::format_rfc3339(end), events::name_of(severity), key_text(key));
}

Line line_of(const Message& message, Lives& lives) {
  const std::size_t place =
      message.fields.empty() ? 0 : static_cast<std::size_t>(message.fields.front().first.at(1) - '0');
  std::string causes;
  if (!message.causes.empty()) {
    if (message.kind != Message::Kind::event) causes = message.causes.front().id + "-";
    causes += message.causes.back().id;
  }
  Line line;
  line.text = line_text(place, message.time, message.early, message.revision, message.withdrawn, message.suppressed,
                        message.causes_total, causes);
  std::vector<Value> key;
  for (const auto& part : message.key) key.push_back(part.second);
  if (message.kind == Message::Kind::alert)
    line.text += alert_text(message.state, lives.of(message.alert), message.reason, message.start, message.end,
                            message.severity, key);
  if (message.kind == Message::Kind::action)
    line.text += fmt::format(" action [{}, {}] {}", events::format_rfc3339(message.start),
                             events::format_rfc3339(message.end), key_text(key));
  for (const auto& field : message.fields) line.values.push_back(field.second);
  return line;
}

Line line_of(const Told& told, const rules::RulePlan& plan, Lives& lives) {
  const rules::OutputPlan& output = plan.outputs[told.place];
  const bool is_event = std::holds_alternative<rules::EmitPlan>(output.node);
  std::string causes;
  if (told.first) causes = (is_event ? "" : std::to_string(*told.first) + "-") + std::to_string(*told.last);
  Line line;
  line.text = line_text(told.place, told.completion, told.early, told.revision, told.withdrawn, told.suppressed,
                        told.rows, causes);
  if (std::holds_alternative<rules::AlertPlan>(output.node))
    line.text += alert_text(told.state, told.life == 0 ? 0 : lives.of(std::to_string(told.life)), told.reason,
                            told.start, told.end, told.severity, told.key);
  if (std::holds_alternative<rules::ActionPlan>(output.node))
    line.text += fmt::format(" action [{}, {}] {}", events::format_rfc3339(told.start),
                             events::format_rfc3339(told.end), key_text(told.key));
  line.values = told.fields;
  return line;
}

std::string text_of(const Line& line) {
  std::string text = line.text + " {";
  for (const Value& value : line.values) text += " " + events::to_text(value);
  return text + " }";
}

std::string text_of(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (const std::size_t number : numbers) text += " " + std::to_string(number);
  return text;
}

bool is_same(const Line& expected, const Told& told, const Line& got) {
  if (expected.text != got.text || expected.values.size() != got.values.size()) return false;
  for (std::size_t i = 0; i < got.values.size(); ++i) {
    if (told.bounds[i] ? !is_within(*told.bounds[i], got.values[i]) : !is_close(expected.values[i], got.values[i]))
      return false;
  }
  return true;
}

/// The stream with the types as the schema numbers them.
std::vector<oracle::Event> typed(const WindowCase& test, const events::Schema& schema) {
  std::vector<oracle::Event> events = test.stream;
  for (oracle::Event& event : events) event.type = schema.find(kWindowTypes[events::index_of(event.type)]);
  return events;
}

std::string difference_of(const rules::RulePlan& plan, const oracle::WindowOutcome& expected,
                          const std::vector<Message>& messages, std::vector<std::size_t> late) {
  std::vector<Line> wanted, got;
  Lives wanted_lives, got_lives;
  for (const Told& told : expected.told) wanted.push_back(line_of(told, plan, wanted_lives));
  for (const Message& message : messages) got.push_back(line_of(message, got_lives));
  std::set<std::string> ids;
  std::string twice;
  for (const Message& message : messages)
    if (!ids.insert(message.id).second) twice = "two messages have the id " + message.id + "\n";
  bool same = twice.empty() && wanted.size() == got.size() && late == expected.late;
  for (std::size_t i = 0; i < wanted.size() && same; ++i) same = is_same(wanted[i], expected.told[i], got[i]);
  if (same) return "";
  std::string text = twice + "expected:\n";
  for (const Line& line : wanted) text += "  " + text_of(line) + "\n";
  text += "late:" + text_of(expected.late) + "\ngot:\n";
  for (const Line& line : got) text += "  " + text_of(line) + "\n";
  return text + "late:" + text_of(late) + "\n";
}

std::string report(const WindowCase& test, const WindowWay& way, const std::string& difference) {
  std::string text = text_of(test.rule) + "lateness " + events::format_duration(test.lateness) + "\n";
  for (std::size_t i = 0; i < test.stream.size(); ++i) {
    const oracle::Event& event = test.stream[i];
    text +=
        fmt::format("  {}: {} {}", i, kWindowTypes[events::index_of(event.type)], events::format_rfc3339(event.time));
    for (const Value& value : event.fields) text += " " + events::to_text(value);
    text += "\n";
  }
  text += fmt::format("{} partitions, batches begin at{}{}\n", way.partitions, text_of(way.cuts),
                      way.saves ? ", saved" : "");
  return text + difference;
}

/// Whether it differs; or what it throws.
std::string differs(const WindowCase& test, const WindowWay& way) {
  const CompiledWindow compiled = compile_window(test.rule);
  if (!compiled.set) return "";
  events::SymbolTable symbols;
  const WindowJudgement found = judge(test, compiled, way, symbols);
  return found.unsure ? "" : found.difference;
}

using Change = std::function<bool(WindowCase&, WindowWay&)>;

std::vector<Change> changes_of(const WindowCase& test, const WindowWay& way) {
  std::vector<Change> changes;
  for (std::size_t size = test.stream.size() / 2; size >= 1; size /= 2)
    for (std::size_t begin = 0; begin + size <= test.stream.size(); begin += size)
      changes.push_back([begin, size](WindowCase& c, WindowWay&) {
        const auto at = c.stream.begin() + static_cast<std::ptrdiff_t>(begin);
        c.stream.erase(at, at + static_cast<std::ptrdiff_t>(size));
        return !c.stream.empty();
      });
  changes.push_back([](WindowCase&, WindowWay& w) { return std::exchange(w.partitions, 1U) != 1; });
  changes.push_back([](WindowCase&, WindowWay& w) { return std::exchange(w.saves, false); });
  for (std::size_t i = 0; i < way.cuts.size(); ++i)
    changes.push_back([i](WindowCase&, WindowWay& w) {
      w.cuts.erase(w.cuts.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    });
  for (std::size_t i = 0; i < test.rule.clauses.size(); ++i)
    changes.push_back([i](WindowCase& c, WindowWay&) {
      c.rule.clauses.erase(c.rule.clauses.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    });
  for (std::size_t place = 0; place < test.rule.outputs.size(); ++place) {
    if (test.rule.outputs.size() > 1 && place + 1 == test.rule.outputs.size())
      changes.push_back([](WindowCase& c, WindowWay&) {
        c.rule.outputs.pop_back();
        return true;
      });
    const auto& output = test.rule.outputs[place];
    for (std::size_t i = 0; i < output.clauses.size(); ++i)
      changes.push_back([place, i](WindowCase& c, WindowWay&) {
        auto& clauses = c.rule.outputs[place].clauses;
        clauses.erase(clauses.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      });
    for (std::size_t i = 0; i < output.fields.size() && output.fields.size() > 1; ++i)
      changes.push_back([place, i](WindowCase& c, WindowWay&) {
        auto& fields = c.rule.outputs[place].fields;
        fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      });
    if (output.fields.size() == 1)
      changes.push_back([place](WindowCase& c, WindowWay&) {
        return std::exchange(c.rule.outputs[place].fields[0].second, "count()") != "count()";
      });
  }
  changes.push_back([](WindowCase& c, WindowWay&) { return std::exchange(c.lateness.ns, 0) != 0; });
  for (std::size_t i = 0; i < test.stream.size(); ++i)
    for (std::size_t field = 2; field < test.stream[i].fields.size(); ++field)
      changes.push_back([i, field](WindowCase& c, WindowWay&) {
        Value& value = c.stream[i].fields[field];
        if (events::is_null(value)) return false;
        value = std::monostate{};
        return true;
      });
  return changes;
}

}  // namespace

CompiledWindow compile_window(const WindowRule& rule) {
  rules::Diagnostics warnings;
  auto set = rules::compile({{"random.rules", text_of(rule)}}, warnings);
  if (set) return {std::make_shared<const rules::RuleSet>(*std::move(set)), ""};
  return {nullptr, rules::render(set.error(), {{"random.rules", text_of(rule)}}, false)};
}

WindowJudgement judge(const WindowCase& test, const CompiledWindow& compiled, const WindowWay& way,
                      events::SymbolTable& symbols) {
  const rules::RulePlan& plan = compiled.set->rules.at(0);
  oracle::WindowOutcome expected = oracle::window_outputs(plan, typed(test, compiled.set->schema), test.lateness);
  WindowJudgement found{"", expected.unsure, expected.told.size(), std::move(expected.seen)};
  if (found.unsure) return found;
  Messages out;
  Letters letters;
  try {
    run_engine(test, compiled, way, symbols, out, letters);
  } catch (const std::exception& error) {
    found.difference = error.what();
    return found;
  }
  std::sort(letters.lines.begin(), letters.lines.end());
  found.difference = difference_of(plan, expected, out.all, std::move(letters.lines));
  return found;
}

std::string report_smaller(WindowCase test, WindowWay way) {
  std::string difference = differs(test, way);
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (const Change& change : changes_of(test, way)) {
      WindowCase next = test;
      WindowWay next_way = way;
      if (!change(next, next_way)) continue;
      std::string still = differs(next, next_way);
      if (still.empty()) continue;
      test = std::move(next);
      way = std::move(next_way);
      difference = std::move(still);
      smaller = true;
      break;
    }
  }
  return report(test, way, difference);
}

}  // namespace tocsin::property
