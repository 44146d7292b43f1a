// Any text as the condition on an event: what the folding of constants, the code for one event and the evaluation by
// column say of it is the same, for events with values that the input chooses. In a second.
//
// Up to the first line end stand bytes that choose values; the rest is the condition's text.
#include <algorithm>
#include <limits>

#include "matcher/code.hpp"
#include "matcher/conditions.hpp"
#include "rules/compile.hpp"
#include "rules/operation.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace tocsin;
using events::Type;
using events::Value;
using fuzz::require;

constexpr std::size_t kLargest = 8U << 10;
constexpr std::uint32_t kRows = 5;
constexpr const char* kTypes = R"(
event E { b: bool, i: int, f: float, s: string, t: time, d: duration, v: severity, l: list<int>, m: list<string>,
          ob: bool?, oi: int?, of: float?, os: string?, ot: time?, od: duration?, ov: severity?, ol: list<int>? }
let limit = 80.0
fn hot(c: float) = c > limit
rule r { match e: E()";

Value chosen(Type type, fuzz::Choices& choices) {
  constexpr std::int64_t kInts[] = {0,
                                    1,
                                    -1,
                                    2,
                                    7,
                                    60,
                                    1'000'000'007,
                                    std::numeric_limits<std::int64_t>::max(),
                                    std::numeric_limits<std::int64_t>::min(),
                                    std::int64_t{1} << 53};
  constexpr double kFloats[] = {0.0, -0.0, 0.5, -1.5, 80.0, 1e300, -1e300, 5e-324, 9007199254740993.0, 3.14159};
  constexpr const char* kTexts[] = {"",    "a",      "abc",   "10.0.0.7",   "fe80::1",
                                    "é€𝄞", "A b\tc", "%*?.+", "2024-01-01", "10"};
  const std::size_t choice = choices.below(10);
  if (events::is_list(type)) {
    std::vector<Value> items;
    for (std::size_t i = 0; i < choice % 4; ++i) items.push_back(chosen(events::element_of(type), choices));
    return events::make_list(events::element_of(type), items);
  }
  switch (type) {
    case Type::boolean:
      return choice % 2 == 1;
    case Type::integer:
      return kInts[choice];
    case Type::floating:
      return kFloats[choice];
    case Type::time:
      return events::Time{kInts[choice]};
    case Type::duration:
      return events::Duration{kInts[choice]};
    case Type::severity:
      return static_cast<events::Severity>(choice % 5);
    default:
      return std::string(kTexts[choice]);
  }
}

std::vector<Value> chosen_fields(const events::EventType& type, fuzz::Choices& choices) {
  std::vector<Value> values;
  for (const events::Field& field : type.fields) {
    const bool absent = field.optional && choices.below(3) == 0;
    values.push_back(absent ? Value{} : chosen(field.type, choices));
  }
  return values;
}

/// Fields become constants, and every operation is folded.
Value folded(const rules::Expr& expr, const std::vector<Value>& fields) {
  if (expr.op == rules::Op::constant) return expr.value;
  if (expr.op == rules::Op::field) return fields[expr.field];
  rules::Expr constants = expr;
  for (rules::Expr& arg : constants.args) {
    rules::Expr value;
    value.value = folded(arg, fields);
    value.type = arg.type;
    arg = std::move(value);
  }
  return rules::value_of_constants(constants);
}

/// Attributes of the envelope aren't chosen, and a step's own turns aren't there.
bool reads_fields_only(const rules::Expr& expr, const events::EventType& type) {
  using enum rules::Op;
  if (expr.op == step_field || expr.op == turn_field || expr.op == aggregate || expr.op == key_part) return false;
  if (expr.op == rules::Op::field && type.fields[expr.field].name.starts_with('@')) return false;
  return std::all_of(expr.args.begin(), expr.args.end(),
                     [&](const rules::Expr& arg) { return reads_fields_only(arg, type); });
}

void compare(const rules::Expr& condition, const events::Schema& schema, events::TypeId type, fuzz::Choices choices,
             const std::string& text) {
  events::SymbolTable symbols;
  events::Batch batch(schema);
  std::vector<std::vector<Value>> rows;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    rows.push_back(chosen_fields(schema[type], choices));
    events::append_event(batch, schema, symbols, type, {0}, "i", "s", rows.back());
  }
  matcher::RegisterFile registers;
  const matcher::Code code = matcher::compile(condition, registers, symbols);
  matcher::Conditions conditions;
  const matcher::ConditionId id = conditions.add(type, condition, symbols);
  matcher::ConditionBits bits;
  matcher::evaluate(conditions, batch, symbols, bits);
  rules::Texts texts(symbols);
  for (std::uint32_t row = 0; row < kRows; ++row) {
    std::uint64_t nulls = 0;
    const matcher::Cell cell =
        matcher::evaluate(code, {.table = &batch.tables[events::index_of(type)], .index = row, .texts = &texts}, nulls);
    const bool by_code = cell.valid && cell.slot != 0;
    const bool by_fold = folded(condition, rows[row]) == Value{true};
    const bool by_column = bits.test(id, row);
    std::string values;
    for (const Value& value : rows[row]) values += " " + events::to_text(value);
    require(by_code == by_fold && by_code == by_column, "evaluations differ",
            text + "\nvalues:" + values + "\ncode " + std::to_string(by_code) + " fold " + std::to_string(by_fold) +
                " column " + std::to_string(by_column));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kLargest) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  const std::string text(bytes.substr(std::min(line + 1, bytes.size())));
  const rules::Sources sources{{"f.rules", kTypes + text + ") alert low \"m\" }\n"}};
  const fuzz::CpuLimit limit("slow");
  rules::Diagnostics warnings;
  const auto set = rules::compile(sources, warnings);
  if (!set) return 0;
  for (const rules::RulePlan& plan : set->rules)
    for (const rules::Step& step : plan.pattern.steps)
      for (const rules::Single& single : step.fits)
        if (single.condition && set->schema[single.type].name == "E" &&
            reads_fields_only(*single.condition, set->schema[single.type]))
          compare(*single.condition, set->schema, single.type, fuzz::Choices(bytes.substr(0, line)), text);
  return 0;
}
