#include "tests/unit/matcher/machine.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "events/assert.hpp"

namespace tocsin::matcher::testing {

namespace {

constexpr std::string_view kTypes = R"(
event A { v: int }
event B { v: int }
event C { v: int }
event X { v: int }
event N { v: int? }
event F { v: float? }
event S { v: string? }
event D { v: duration? }
event P { u: string?, v: int }
)";

events::Value value_of(events::Type type, const std::string& text) {
  if (text == "_") return {};
  switch (type) {
    case events::Type::integer:
      return text.empty() ? std::int64_t{0} : std::stoll(text);
    case events::Type::floating:
      return text.empty() ? 0.0 : std::stod(text);
    case events::Type::duration:
      return events::parse_duration(text).value();
    default:
      return text;
  }
}

const rules::AlertPlan& alert_of(const rules::RuleSet& set) {
  for (const rules::OutputPlan& output : set.rules.front().outputs)
    if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) return *alert;
  throw std::runtime_error("the rule has no alert");
}

std::vector<Code> compile_fields(const rules::RuleSet& set, RegisterFile& registers, events::SymbolTable& symbols) {
  std::vector<Code> codes;
  for (const rules::NamedExpr& field : alert_of(set).fields) codes.push_back(compile(field.expr, registers, symbols));
  return codes;
}

}  // namespace

rules::RuleSet rule_of(const std::string& body) {
  std::string text(kTypes);
  text += "rule r {\n" + body + (body.find("alert") == std::string::npos ? "\nalert info \"m\"" : "") + "\n}\n";
  const rules::Sources sources{{"test.rules", text}};
  rules::Diagnostics warnings;
  auto set = rules::compile(sources, warnings);
  if (!set) throw std::runtime_error(rules::render(set.error(), sources, false));
  return *std::move(set);
}

std::vector<StreamEvent> stream_of(const rules::RuleSet& set, std::string_view words) {
  std::vector<StreamEvent> stream;
  std::istringstream in{std::string(words)};
  events::Duration at{-events::kSecond.ns};
  for (std::string word; in >> word;) {
    at.ns += events::kSecond.ns;
    if (const std::size_t place = word.find('@'); place != std::string::npos) {
      at = events::parse_duration(word.substr(place + 1)).value();
      word.resize(place);
    }
    const events::TypeId type = set.schema.find(word.substr(0, 1));
    if (type == events::kNoType) throw std::runtime_error("no type for " + word);
    stream.push_back({type, rules::kTestStart + at, value_of(set.schema[type].fields.back().type, word.substr(1))});
  }
  return stream;
}

Machine::Machine(const rules::RuleSet& rule_set, std::string id_prefix)
    : set(rule_set),
      fields(compile_fields(rule_set, registers, symbols)),
      program(compile(rule_set.rules.front(), rule_set.schema, conditions, registers, symbols)),
      pool(program, symbols),
      id_prefix_(std::move(id_prefix)),
      batch_(rule_set.schema) {
  symbols.pin();
}

void Machine::step(const StreamEvent& event, std::uint64_t order, Tracer* tracer) {
  if (!program.takes(event.type)) return;
  batch_.clear();
  events::append_event(batch_, set.schema, symbols, event.type, event.time, id_prefix_ + std::to_string(order), "test",
                       set.schema[event.type].fields.size() == 1
                           ? std::vector<events::Value>{event.value}
                           : std::vector<events::Value>{events::Value{}, event.value});
  evaluate(conditions, batch_, symbols, bits_);
  matcher::step(program, pool, key, batch_, 0, order, bits_, events::kEarliest, *this, tracer);
}

std::string Machine::write() const {
  std::string bytes;
  matcher::write(program, pool, key, bytes);
  return bytes;
}

bool Machine::read(std::string_view bytes) {
  clear(pool, key);
  const auto read = matcher::read(program, pool, bytes, symbols);
  if (!read) return false;
  key = *read;
  return true;
}

void Machine::take(const Match& match) {
  std::vector<std::string> steps(program.turns.size());
  for (CauseId at = match.run.cause; at != kNoCause; at = match.pool.cause(at).previous) {
    const CauseNode& node = match.pool.cause(at);
    const std::string number(node.id().substr(id_prefix_.size()));
    std::string& step = steps.at(node.step);
    step = step.empty() ? number : number + "," + step;
  }
  if (!matches.empty()) matches += "; ";
  for (std::size_t i = 0; i < steps.size(); ++i) matches += (i == 0 ? "" : "|") + (steps[i].empty() ? "-" : steps[i]);
  Bindings bindings;
  bindings.registers = match.pool.registers(match.run);
  bindings.valid = RunPool::valid(match.run);
  bindings.values = &match.pool.values;
  rules::Texts texts(symbols);
  bindings.texts = &texts;
  std::uint64_t nulls = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Cell cell = evaluate(fields[i], bindings, nulls);
    const events::Value value = cell.valid ? texts.value_of(fields[i].type, cell.slot) : events::Value{};
    matches += " " + alert_of(set).fields[i].name + "=" + events::to_text(value);
  }
}

std::string matches_of(const rules::RuleSet& set, std::string_view words) {
  Machine machine(set);
  std::uint64_t order = 0;
  for (const StreamEvent& event : stream_of(set, words)) machine.step(event, order++);
  return machine.matches;
}

}  // namespace tocsin::matcher::testing
