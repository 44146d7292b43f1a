#include "engine/output.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/output_id.hpp"

namespace tocsin::engine {

namespace {

using events::Value;

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_values(const std::vector<Value>& a, const std::vector<Value>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (const int order = three_way(a[i], b[i]); order != 0) return order;
  return three_way(a.size(), b.size());
}

/// By rule, key, start and place, once the positions are equal.
int compare_in_place(const Output& a, const Output& b) {
  if (const int order = three_way(a.rule, b.rule); order != 0) return order;
  if (const int order = compare_values(a.key, b.key); order != 0) return order;
  if (const int order = three_way(a.start_order, b.start_order); order != 0) return order;
  return three_way(a.place, b.place);
}

/// The outputs on the way from an input event or timer to `position`, first cause first.
std::vector<const Output*> causes_of(const Position& position) {
  std::vector<const Output*> chain;
  for (const Output* at = position.cause.get(); at != nullptr; at = at->position.cause.get()) chain.push_back(at);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

int compare_roots(const Position& a, const Position& b) {
  if (const int order = three_way(a.time, b.time); order != 0) return order;
  if (const int order = three_way(a.phase, b.phase); order != 0) return order;
  if (const int order = three_way(a.order, b.order); order != 0) return order;
  return three_way(a.layer, b.layer);
}

/// The position of the input event or timer that everything began with.
const Position& root_of(const Position& position) {
  const Position* at = &position;
  while (at->cause != nullptr) at = &at->cause->position;
  return *at;
}

}  // namespace

int compare(const Position& a, const Position& b) {
  if (a.cause == nullptr && b.cause == nullptr) return compare_roots(a, b);
  if (const int order = compare_roots(root_of(a), root_of(b)); order != 0) return order;
  const std::vector<const Output*> left = causes_of(a);
  const std::vector<const Output*> right = causes_of(b);
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i)
    if (const int order = compare_in_place(*left[i], *right[i]); order != 0) return order;
  return three_way(left.size(), right.size());
}

int compare(const Output& a, const Output& b) {
  if (const int order = compare(a.position, b.position); order != 0) return order;
  return compare_in_place(a, b);
}

Outputs::Outputs(const rules::RulePlan& plan, std::uint32_t rule, const events::Schema& schema,
                 matcher::RegisterFile& registers, events::SymbolTable& symbols)
    : plan_(plan), rule_(rule) {
  for (const rules::OutputPlan& output : plan.outputs) {
    Compiled compiled;
    if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) {
      compiled.severity = matcher::compile(alert->severity, registers, symbols);
      compiled.type = "tocsin.alert";
      for (const rules::MessagePart& part : alert->message) {
        Part made;
        if (const auto* text = std::get_if<std::string>(&part.node)) {
          made.text = *text;
        } else {
          made.code = matcher::compile(std::get<rules::Expr>(part.node), registers, symbols);
          if (!part.format.empty()) made.format = "{:" + part.format + "}";
        }
        compiled.message.push_back(std::move(made));
      }
      for (const rules::NamedExpr& field : alert->fields)
        compiled.fields.push_back({field.name, matcher::compile(field.expr, registers, symbols)});
    } else if (const auto* action = std::get_if<rules::ActionPlan>(&output.node)) {
      compiled.action = action->name;
      compiled.type = "tocsin.action";
      for (const rules::NamedExpr& field : action->fields)
        compiled.fields.push_back({field.name, matcher::compile(field.expr, registers, symbols)});
    } else {
      const auto& emit = std::get<rules::EmitPlan>(output.node);
      compiled.emitted = emit.type;
      compiled.type = schema[emit.type].wire;
      compiled.places = events::places_of(schema[emit.type]);
      for (std::size_t i = 0; i < emit.fields.size(); ++i)
        compiled.fields.push_back(
            {schema[emit.type].fields[i].name, matcher::compile(emit.fields[i], registers, symbols)});
    }
    compiled_.push_back(std::move(compiled));
  }
}

namespace {

std::string formatted(const std::string& format, const Value& value) {
  return std::visit(
      [&](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, double> || std::is_same_v<T, std::string>)
          return fmt::format(fmt::runtime(format), v);
        else
          return events::to_text(value);
      },
      value);
}

/// The first and the last 16 events of a match.
void tell_causes(const matcher::Match& match, const events::SymbolTable& symbols, events::Message& message) {
  message.causes_total = match.run.taken;
  std::vector<events::Cause> chain;
  for (matcher::CauseId at = match.run.cause; at != matcher::kNoCause; at = match.pool.cause(at).previous) {
    const matcher::CauseNode& node = match.pool.cause(at);
    chain.push_back({std::string(symbols.text(node.source)), std::string(node.id())});
  }
  std::reverse(chain.begin(), chain.end());
  if (chain.size() > 2 * matcher::kToldCauses)
    chain.erase(chain.begin() + matcher::kToldCauses, chain.end() - matcher::kToldCauses);
  message.causes = std::move(chain);
}

}  // namespace

void Outputs::evaluate(const matcher::Match& match, const Position& position, const std::vector<events::Slot>& key,
                       const events::RowOrigin& last, const events::SymbolTable& symbols, std::uint64_t& nulls,
                       std::vector<std::shared_ptr<Output>>& out) const {
  std::vector<matcher::Cell> key_cells;
  std::vector<Value> key_values;
  for (std::size_t i = 0; i < key.size(); ++i) {
    key_cells.push_back({key[i], true});
    key_values.push_back(events::to_value(plan_.key[i].type, key[i], symbols));
  }
  matcher::Bindings bindings;
  bindings.registers = match.pool.registers(match.run);
  bindings.valid = matcher::RunPool::valid(match.run);
  bindings.key = key_cells.data();
  bindings.symbols = &symbols;
  const auto value_of = [&](const matcher::Code& code) -> Value {
    const matcher::Cell cell = matcher::evaluate(code, bindings, nulls);
    return cell.valid ? events::to_value(code.type, cell.slot, symbols) : Value{};
  };
  for (std::uint32_t place = 0; place < compiled_.size(); ++place) {
    const Compiled& compiled = compiled_[place];
    auto output = std::make_shared<Output>();
    output->position = position;
    output->rule = rule_;
    output->key = key_values;
    output->start_order = match.run.start_order;
    output->place = place;
    events::Message& message = output->message;
    message.rule = plan_.name;
    message.type = compiled.type;
    message.time = match.completion;
    message.id = output_id({plan_.name, place, &key_values, match.completion, match.run.fold, match.run.taken});
    message.correlation_id = last.correlation_id;
    message.trace_parent = last.trace_parent;
    if (compiled.emitted == events::kNoType) {
      message.kind = compiled.action.empty() ? events::Message::Kind::alert : events::Message::Kind::action;
      message.action = compiled.action;
      if (message.kind == events::Message::Kind::alert) {
        const Value severity = value_of(compiled.severity);
        if (!events::is_null(severity)) message.severity = std::get<events::Severity>(severity);
        message.runbook = plan_.runbook;
      }
      message.version = plan_.version;
      message.start = match.run.start;
      message.end = match.completion;
      for (std::size_t i = 0; i < key.size(); ++i) message.key.emplace_back(plan_.key[i].name, key_values[i]);
      for (const Part& part : compiled.message) {
        if (part.code.instructions.empty()) {
          message.text += part.text;
        } else {
          const Value value = value_of(part.code);
          message.text += part.format.empty() ? events::to_text(value) : formatted(part.format, value);
        }
      }
      for (const Named& field : compiled.fields) message.fields.emplace_back(field.name, value_of(field.code));
      tell_causes(match, symbols, message);
    } else {
      message.kind = events::Message::Kind::event;
      message.places = compiled.places;
      output->emitted = compiled.emitted;
      for (const Named& field : compiled.fields) {
        output->values.push_back(value_of(field.code));
        message.fields.emplace_back(field.name, output->values.back());
      }
      message.causes.push_back({std::string(symbols.text(last.source)), std::string(last.id)});
      message.causes_total = match.run.taken;
    }
    out.push_back(std::move(output));
  }
}

}  // namespace tocsin::engine
