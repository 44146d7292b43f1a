#include "tests/oracle/window_text.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "tests/oracle/make.hpp"

namespace tocsin::oracle {
namespace {

using events::Duration;
using events::Time;
using events::Type;
using rules::Expr;
using rules::Op;
using rules::WindowPlan;
using Shape = WindowPlan::Kind;

constexpr events::TypeId kA{0}, kB{1};

std::int64_t ns_of(const std::string& seconds) { return std::llround(std::stod(seconds) * 1e9); }
Duration span_of(const std::string& seconds) { return {ns_of(seconds)}; }

std::vector<std::string> words_of(const std::string& text, char between = ' ') {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, between);)
    if (!word.empty()) words.push_back(word);
  return words;
}

Expr window_value(std::uint32_t index, Type type) {
  Expr expr = make::node(Op::window_value, type);
  expr.field = index;
  expr.nullable = true;
  return expr;
}

Op comparison_of(const std::string& text) {
  if (text == "<") return Op::lt;
  if (text == "<=") return Op::le;
  if (text == ">") return Op::gt;
  if (text == ">=") return Op::ge;
  if (text == "==") return Op::eq;
  throw std::logic_error("no comparison: " + text);
}

/// `count >= 2`, `sum < 5`
Expr condition_of(const std::vector<std::string>& words) {
  return make::truth(comparison_of(words[2]),
                     {window_value(words[1] == "count" ? 0 : 1, Type::integer), make::number(std::stoll(words[3]))});
}

bool window_clause(const std::vector<std::string>& words, WindowPlan& window) {
  constexpr std::pair<const char*, Shape> kShapes[] = {{"tumbling", Shape::tumbling}, {"days", Shape::tumbling},
                                                       {"sliding", Shape::sliding},   {"session", Shape::session},
                                                       {"rolling", Shape::rolling},   {"last", Shape::last},
                                                       {"batch", Shape::batch},       {"global", Shape::global},
                                                       {"rollup", Shape::tumbling},   {"rows", Shape::rows}};
  const auto shape =
      std::find_if(std::begin(kShapes), std::end(kShapes), [&](const auto& each) { return words[0] == each.first; });
  if (shape == std::end(kShapes) || (words[0] == "last" && words.size() == 1)) return false;
  window.kind = shape->second;
  if (words[0] == "rollup") {
    for (std::size_t i = 1; i < words.size(); ++i) window.grains.push_back(span_of(words[i]));
  } else if (words[0] == "last" || words[0] == "batch") {
    window.count = std::stoull(words[1]);
  } else if (words.size() > 1) {
    window.size = span_of(words[1]);
  }
  if (words[0] == "days") {
    window.size = {window.size.ns * 86'400};
    window.zone = words[2];
  } else if (words.size() == 4 && words[0] != "rollup") {
    window.every = span_of(words[3]);
  }
  return true;
}

void join_clause(const std::string& clause, const std::vector<std::string>& words, rules::RulePlan& plan) {
  WindowPlan& window = *plan.window;
  if (words[0] == "join" || words[0] == "left" || words[0] == "last") {
    window.join.emplace();
    window.join->left = words[0] == "left";
    window.join->last = words.back() == "last";
    window.sides = {{"a", {{kA, {}}}}, {"b", {{kB, {}}}}};
  } else if (clause == "same types") {
    window.sides[1].fits[0].type = kA;
  } else if (clause == "same") {
    window.join->on =
        make::truth(Op::eq, {make::step_field(0, 0, Type::integer, true), make::step_field(1, 0, Type::integer, true)});
  } else if (clause == "each row") {
    window.aggregated = false;
  } else if (words[0] == "within") {
    window.join->within = span_of(words[1]);
  } else {
    throw std::logic_error("no clause: " + clause);
  }
}

struct Outputs {
  bool emit = false, alert = false;
  rules::AlertPlan plan{};
  std::optional<Expr> condition{};
};

void clause_of(const std::string& clause, rules::RulePlan& plan, Outputs& outputs) {
  const auto words = words_of(clause);
  WindowPlan& window = *plan.window;
  if (window_clause(words, window)) return;
  if (words[0] == "every" && words[1][0] == '#') {
    window.early_events = std::stoull(words[1].substr(1));
  } else if (words[0] == "every") {
    window.early = span_of(words[1]);
  } else if (words[0] == "late") {
    window.late = span_of(words[1]);
  } else if (words[0] == "forget") {
    plan.forget = span_of(words[1]);
  } else if (words[0] == "when") {
    window.when = condition_of(words);
  } else if (words[0] == "if") {
    outputs.condition = condition_of(words);
  } else if (words[0] == "only") {
    window.sides[0].fits[0].condition =
        make::truth(comparison_of(words[2]), {make::field(0, Type::integer, true), make::number(std::stoll(words[3]))});
  } else if (clause == "alert") {
    outputs.alert = true;
  } else if (clause == "emit") {
    outputs.emit = true;
  } else if (words[0] == "hold") {
    outputs.plan.hold = span_of(words[1]);
  } else if (words[0] == "keep") {
    outputs.plan.keep = span_of(words[1]);
  } else if (clause == "dedup") {
    outputs.plan.dedup = window_value(1, Type::integer);
  } else if (words[0] == "throttle") {
    plan.throttle.emplace();
    plan.throttle->count = std::stoull(words[1]);
    plan.throttle->per = span_of(words[3]);
  } else {
    join_clause(clause, words, plan);
  }
}

std::string seconds_of(Time time) {
  const bool before = ((time.ns % 1'000'000) + 1'000'000) % 1'000'000 == 999'999;
  std::ostringstream out;
  out << static_cast<double>(time.ns + (before ? 1 : 0)) / 1e9 << (before ? "-" : "");
  return out.str();
}

std::string number_of(const events::Value& value) {
  return events::is_null(value) ? "-" : std::to_string(std::get<std::int64_t>(value));
}

std::string text_of(const Told& told, bool row) {
  std::ostringstream out;
  out << seconds_of(told.completion) << ": ";
  if (told.state != events::AlertState::once)
    out << (told.reason.empty() ? (told.state == events::AlertState::firing ? "fires" : name_of(told.state))
                                : told.reason)
        << " ";
  out << seconds_of(told.start) << ".." << seconds_of(told.end) << " ";
  if (row)
    out << number_of(told.fields[0]) << "&" << number_of(told.fields[1]);
  else
    out << "n=" << number_of(told.fields[0]) << " sum=" << number_of(told.fields[1]);
  if (told.early > 0) out << " early " << told.early;
  if (told.revision > 0) out << " revision " << told.revision;
  if (told.withdrawn) out << " withdrawn";
  if (told.suppressed > 0) out << " suppressed " << told.suppressed;
  const std::string& key = std::get<std::string>(told.key.at(0));
  if (key != "k") out << " /" << key;
  return out.str();
}

}  // namespace

rules::RulePlan window_plan(const std::string& clauses) {
  rules::RulePlan plan;
  plan.window.emplace();
  WindowPlan& window = *plan.window;
  window.sides = {{"", {{kA, {}}}}};
  Outputs outputs;
  for (std::string clause : words_of(clauses, ';')) {
    clause.erase(0, clause.find_first_not_of(' '));
    clause_of(clause, plan, outputs);
  }
  plan.inputs = {kA};
  if (window.join && window.sides[1].fits[0].type == kB) plan.inputs.push_back(kB);
  plan.key = {{"k", Type::string, std::vector<std::uint32_t>(plan.inputs.size(), 1U)}};
  std::vector<Expr> fields;
  if (window.aggregated) {
    const Expr argument =
        window.join ? make::step_field(0, 0, Type::integer, true) : make::field(0, Type::integer, true);
    rules::Aggregate sum{rules::AggregateFn::sum, Type::integer, {argument}, {}};
    window.aggregates = {{rules::AggregateFn::count, Type::integer, {}, {}}, sum};
    fields = {window_value(0, Type::integer), window_value(1, Type::integer)};
  } else {
    fields = {make::step_field(0, 0, Type::integer, true), make::step_field(1, 0, Type::integer, true)};
  }
  if (outputs.emit || !outputs.alert) {
    rules::EmitPlan emit;
    emit.fields = fields;
    plan.outputs.push_back({emit, outputs.condition});
  }
  if (outputs.alert) {
    outputs.plan.severity = make::constant(events::Severity::low);
    for (const Expr& field : fields) outputs.plan.fields.push_back({"", field});
    plan.outputs.push_back({outputs.plan, outputs.condition});
  }
  return plan;
}

std::vector<Event> window_stream(const std::string& text) {
  std::vector<Event> stream;
  for (std::string word : words_of(text)) {
    std::string key = "k", value = "0";
    if (const auto at = word.find('/'); at != std::string::npos) {
      key = word.substr(at + 1);
      word.resize(at);
    }
    if (const auto at = word.find('='); at != std::string::npos) {
      value = word.substr(at + 1);
      word.resize(at);
    }
    events::Value v;
    if (value != "null") v = static_cast<std::int64_t>(std::stoll(value));
    events::Value k;
    if (key != "null") k = key;
    const events::TypeId type = word[0] == 'A' ? kA : word[0] == 'B' ? kB : events::TypeId{2};
    stream.push_back({type, Time{ns_of(word.substr(2))}, {v, k}});
  }
  return stream;
}

std::string text_of(const rules::RulePlan& plan, const WindowOutcome& outcome) {
  std::string text;
  for (const Told& told : outcome.told) text += (text.empty() ? "" : "; ") + text_of(told, !plan.window->aggregated);
  return text;
}

}  // namespace tocsin::oracle
