#include "tests/unit/matcher/join_machine.hpp"

#include <array>
#include <sstream>
#include <stdexcept>

namespace tocsin::matcher::testing {

namespace {

constexpr std::string_view kTypes = R"(
event A { k: int?, v: int?, s: string? }
event B { k: int?, v: int?, s: string? }
)";

/// Of the rule's first output, an alert or an emit.
std::vector<rules::NamedExpr> fields_of(const rules::RuleSet& set) {
  const rules::OutputPlan& output = set.rules.front().outputs.front();
  if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) return alert->fields;
  const auto& emit = std::get<rules::EmitPlan>(output.node);
  std::vector<rules::NamedExpr> fields;
  for (std::size_t i = 0; i < emit.fields.size(); ++i)
    fields.push_back({set.schema[emit.type].fields[i].name, emit.fields[i]});
  return fields;
}

std::vector<Code> compile_fields(const std::vector<rules::NamedExpr>& fields, RegisterFile& registers,
                                 events::SymbolTable& symbols) {
  std::vector<Code> codes;
  for (const rules::NamedExpr& field : fields) codes.push_back(compile(field.expr, registers, symbols));
  return codes;
}

events::Value value_of(const std::string& text) {
  if (text == "_") return {};
  return text.empty() ? std::int64_t{0} : std::int64_t{std::stoll(text)};
}

std::string kind_name(WindowResult::Kind kind) {
  static constexpr std::array kNames{"closed", "moved", "left", "early", "corrected", "withdrawn", "row"};
  return kNames.at(static_cast<std::size_t>(kind));
}

}  // namespace

rules::RuleSet join_rule(const std::string& body) {
  const rules::Sources sources{{"test.rules", std::string(kTypes) + "rule r {\n" + body + "\n}\n"}};
  rules::Diagnostics warnings;
  auto set = rules::compile(sources, warnings);
  if (!set) throw std::runtime_error(rules::render(set.error(), sources, false));
  return *std::move(set);
}

std::vector<JoinEvent> join_stream(const rules::RuleSet& set, std::string_view words) {
  std::vector<JoinEvent> stream;
  std::istringstream in{std::string(words)};
  events::Duration at{-events::kSecond.ns};
  for (std::string word; in >> word;) {
    at.ns += events::kSecond.ns;
    if (const std::size_t place = word.find('@'); place != std::string::npos) {
      at = events::parse_duration(word.substr(place + 1)).value();
      word.resize(place);
    }
    JoinEvent event{set.schema.find(word.substr(0, 1)), rules::kTestStart + at, {}, value_of("")};
    if (event.type == events::kNoType) throw std::runtime_error("no type for " + word);
    const std::size_t colon = word.find(':');
    event.k = value_of(word.substr(1, colon == std::string::npos ? colon : colon - 1));
    if (colon != std::string::npos) event.v = value_of(word.substr(colon + 1));
    stream.push_back(std::move(event));
  }
  return stream;
}

JoinMachine::JoinMachine(const rules::RuleSet& rule_set)
    : set(rule_set),
      registers(conditions.tables()),
      named(fields_of(rule_set)),
      fields(compile_fields(named, registers, symbols)),
      program(compile_windows(rule_set.rules.front(), rule_set.schema, conditions, registers, symbols)),
      pool(*program, symbols),
      batch_(rule_set.schema) {
  symbols.pin();
}

void JoinMachine::step(const JoinEvent& event, std::uint64_t order, std::uint32_t key) {
  if (window_deadline(pool, key) < event.time) advance(event.time, key);
  batch_.clear();
  const events::Value text = events::is_null(event.v) ? events::Value{} : events::Value{"s" + events::to_text(event.v)};
  events::append_event(batch_, set.schema, symbols, event.type, event.time, std::to_string(order), "test",
                       {event.k, event.v, text});
  evaluate(conditions, batch_, symbols, bits_);
  step_window(pool, key, batch_, 0, order, bits_, *this);
}

void JoinMachine::sweep() {
  batch_.clear();
  std::vector<std::uint64_t> held(symbols.end() / 64 + 1);
  pool.mark_symbols(held);
  symbols.sweep(held);
}

std::string JoinMachine::save_and_load(std::uint32_t key) {
  std::string bytes;
  write_window(pool, key, bytes);
  pool.forget(key);
  if (pool.holds(key)) return "something is kept of a forgotten key";
  std::string_view rest = bytes;
  if (const auto read = read_window(pool, key, rest, symbols); !read) return read.error();
  if (!rest.empty()) return "bytes are left over";
  std::string again;
  write_window(pool, key, again);
  return again == bytes ? "" : "the bytes are others";
}

bool JoinMachine::take(const WindowResult& result) {
  std::string text = kind_name(result.kind) + " " + since_start(result.start) + ".." + since_start(result.end) + " " +
                     point(result.completion, result.by_time) + " " + std::to_string(result.rows);
  if (result.number > 0) text += "#" + std::to_string(result.number);
  if (result.rows > 0) text += ":" + std::string(result.first.id) + "-" + std::string(result.last.id);
  Bindings bindings;
  bindings.registers = result.registers;
  bindings.valid = result.valid;
  bindings.texts = result.texts;
  std::uint64_t nulls = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Cell cell = evaluate(fields[i], bindings, nulls);
    const events::Value value = cell.valid ? result.texts->value_of(fields[i].type, cell.slot) : events::Value{};
    text += " " + named[i].name + "=" + events::to_text(value);
  }
  told.push_back(std::move(text));
  return result.rows > 0;
}

std::vector<std::string> joined(const std::string& body, std::string_view words) {
  const rules::RuleSet set = join_rule(body);
  JoinMachine machine(set);
  std::uint64_t order = 0;
  for (const JoinEvent& event : join_stream(set, words)) machine.step(event, order++);
  machine.advance(events::kLatest);
  return machine.told;
}

std::string since_start(events::Time time) { return events::format_duration(time - rules::kTestStart); }

std::string point(events::Time completion, bool by_time) {
  const events::Time next = completion + events::Duration{1};
  if (by_time && (next - rules::kTestStart).ns % events::kSecond.ns == 0) return "<" + since_start(next);
  return (by_time ? "!" : "@") + since_start(completion);
}

}  // namespace tocsin::matcher::testing
