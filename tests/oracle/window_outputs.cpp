#include "tests/oracle/window_outputs.hpp"

#include <algorithm>

namespace tocsin::oracle {

using events::AlertState;
using events::Time;
using events::Value;
using Kind = WindowResult::Kind;
using rules::Aggregate;
using rules::AlertPlan;
using rules::Expr;
using rules::OutputPlan;

namespace {

std::string name_of(const WindowResult& result) {
  constexpr const char* kNames[] = {"closed", "moved", "left", "early", "corrected", "withdrawn", "row"};
  return kNames[static_cast<std::size_t>(result.kind)];
}

const AlertPlan* alert_of(const OutputPlan& output) { return std::get_if<AlertPlan>(&output.node); }

/// The output's expressions, in the order of its fields.
std::vector<const Expr*> fields_of(const OutputPlan& output) {
  std::vector<const Expr*> fields;
  if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node)) {
    for (const Expr& field : emit->fields) fields.push_back(&field);
  } else {
    const auto* alert = alert_of(output);
    const auto& named = alert != nullptr ? alert->fields : std::get<rules::ActionPlan>(output.node).fields;
    for (const rules::NamedExpr& field : named) fields.push_back(&field.expr);
  }
  return fields;
}

}  // namespace

WindowOutputs::WindowOutputs(const rules::RulePlan& plan, const std::vector<Event>& events, std::vector<Value> key,
                             std::vector<Given>& given, WindowOutcome& outcome)
    : plan_(plan), events_(events), key_(std::move(key)), given_(given), outcome_(outcome) {}

Value WindowOutputs::value_of(const Expr& expr, const WindowView& view) {
  static const Takes none;
  return evaluate(expr, {plan_, events_, none, nullptr, nullptr, &view, &outcome_.unsure});
}

bool WindowOutputs::is_true(const Expr& expr, const WindowView& view) {
  const Value value = value_of(expr, view);
  const bool* truth = std::get_if<bool>(&value);
  return truth != nullptr && *truth;
}

std::vector<Valued> WindowOutputs::values_of(const Aggregate& aggregate, const WindowResult& result) {
  static const Takes none;
  std::vector<Valued> values;
  for (const WindowRow& row : result.rows) {
    WindowView view;
    view.key = key_;
    for (int side = 0; side < 2; ++side)
      if (row.sides[side]) view.sides[side] = &events_[*row.sides[side]];
    std::size_t input = 0;
    if (!plan_.window->join) {
      const auto found = std::find(plan_.inputs.begin(), plan_.inputs.end(), view.sides[0]->type);
      input = static_cast<std::size_t>(found - plan_.inputs.begin());
    }
    const Value value = aggregate.argument.empty()
                            ? Value{true}
                            : evaluate(aggregate.argument.at(input), {plan_, events_, none, view.sides[0], nullptr,
                                                                      plan_.window->join ? &view : nullptr});
    values.push_back({row.time, value});
  }
  return values;
}

WindowView WindowOutputs::view_of(const WindowResult& result) {
  WindowView view;
  view.key = key_;
  view.start = result.start;
  view.end = result.end;
  if (!plan_.window->grains.empty()) view.grain = plan_.window->grains[result.grain];
  if (result.kind == Kind::row)
    for (int side = 0; side < 2; ++side)
      if (result.rows[0].sides[side]) view.sides[side] = &events_[*result.rows[0].sides[side]];
  for (const Aggregate& aggregate : plan_.window->aggregates)
    view.aggregates.push_back(window_aggregate(aggregate, values_of(aggregate, result), outcome_.unsure));
  return view;
}

Told WindowOutputs::told_of(const WindowResult& result, const WindowView& view, std::size_t place, const Moment& moment,
                            bool withdrawn) {
  Told told;
  told.place = place;
  told.key = key_;
  told.completion = moment.time;
  told.start = result.start;
  told.end = result.end;
  told.withdrawn = withdrawn;
  (result.kind == Kind::early ? told.early : told.revision) = result.number;
  told.rows = result.rows.size();
  if (result.kind == Kind::row) {  // both events, the earlier one first
    const WindowRow& row = result.rows[0];
    told.rows = row.sides[0] && row.sides[1] ? 2 : 1;
  }
  for (const Expr* field : fields_of(plan_.outputs[place])) {
    told.fields.push_back(value_of(*field, view));
    told.bounds.emplace_back();
    if (field->op != rules::Op::window_value || is_null(told.fields.back())) continue;
    const Aggregate& aggregate = plan_.window->aggregates[field->field];
    if (aggregate.fn == rules::AggregateFn::approx_percentile)
      told.bounds.back() = bounds_of(aggregate, values_of(aggregate, result));
  }
  if (const AlertPlan* alert = alert_of(plan_.outputs[place])) {
    const Value severity = value_of(alert->severity, view);
    if (!is_null(severity)) told.severity = std::get<events::Severity>(severity);
  }
  std::vector<std::size_t> numbers;
  const auto before = [&](std::size_t a, std::size_t b) {
    return std::pair(events_[a].time, a) < std::pair(events_[b].time, b);
  };
  const auto both = [&](const WindowRow& row) {
    std::vector<std::size_t> found;
    for (const auto& side : row.sides)
      if (side) found.push_back(*side);
    std::sort(found.begin(), found.end(), before);
    return found;
  };
  const bool pairs = plan_.window->join && !plan_.window->join->last;
  if (result.kind == Kind::row)
    numbers = both(result.rows[0]);
  else
    for (const WindowRow& row : result.rows) numbers.push_back(pairs ? both(row).back() : *row.sides[0]);
  if (!numbers.empty()) {
    told.first = numbers.front();
    told.last = numbers.back();
  }
  return told;
}

/// At most so many in a span of time that begins with the first one given.
bool WindowOutputs::passes(const std::vector<Value>& each, Time at, std::uint64_t& suppressed) {
  suppressed = 0;
  if (!plan_.throttle) return true;
  auto found = std::find_if(spans_.begin(), spans_.end(), [&](const auto& span) { return span.first == each; });
  if (found == spans_.end()) {
    spans_.push_back({each, {at, 1, 0}});
    return true;
  }
  Span& span = found->second;
  if (at >= span.begin + plan_.throttle->per) {
    suppressed = span.suppressed;
    span = {at, 1, 0};
    return true;
  }
  if (span.given == plan_.throttle->count) {
    ++span.suppressed;
    return false;
  }
  ++span.given;
  return true;
}

void WindowOutputs::put(const Moment& moment, Told told, std::size_t grain) {
  given_.push_back({Given::To::message, moment, key_, grain, {}, std::move(told)});
}

bool WindowOutputs::take(const WindowResult& result, const Moment& moment) {
  const rules::WindowPlan& window = *plan_.window;
  const WindowView view = view_of(result);
  ++outcome_.seen[name_of(result)];
  if (result.rows.empty()) ++outcome_.seen["empty"];
  const bool when = !window.when || is_true(*window.when, view);
  const bool withdrawn =
      result.kind == Kind::withdrawn || (result.kind == Kind::corrected && result.told_before && !when);
  if (withdrawn && result.kind == Kind::corrected) ++outcome_.seen["corrected away"];
  const std::size_t begin = given_.size();
  const bool judges = result.kind == Kind::closed || result.kind == Kind::moved || result.kind == Kind::left ||
                      result.kind == Kind::early || (result.kind == Kind::corrected && result.newest);

  std::vector<Told> plain;
  std::vector<LifeId> firing;
  for (std::size_t place = 0; place < plan_.outputs.size(); ++place) {
    const OutputPlan& output = plan_.outputs[place];
    const AlertPlan* alert = alert_of(output);
    const bool condition = !output.condition || is_true(*output.condition, view);
    const bool has_life = alert != nullptr && result.kind != Kind::row;
    if (!has_life) {
      if (result.kind != Kind::left && !result.rows.empty() && (when || withdrawn) && condition)
        plain.push_back(told_of(result, view, place, moment, withdrawn));
      continue;
    }
    if (!judges) continue;
    const LifeId id{place, result.grain};
    Life& life = lives_[id];
    if (when && condition) {
      life.since_false.reset();
      // What begins behind the input's end has no deadline.
      if (!life.since_true) life.since_true = draining_ && alert->hold.ns > 0 ? events::kLatest : moment.time;
      life.latest = told_of(result, view, place, moment, false);
      if (alert->dedup) life.latest_value = value_of(*alert->dedup, view);
      life.latest_each.clear();
      if (plan_.throttle)
        for (const Expr& each : plan_.throttle->each) life.latest_each.push_back(value_of(each, view));
      if (!life.firing && (alert->hold.ns == 0 || moment.time > *life.since_true + alert->hold)) firing.push_back(id);
      if (life.firing && !draining_ && alert->dedup && life.latest_value != life.value) firing.push_back(id);
    } else {
      life.since_true.reset();
      if (!life.firing || draining_) continue;
      if (alert->keep.ns == 0)
        resolve(id, life, moment, "");
      else if (!life.since_false)
        life.since_false = moment.time;
    }
  }
  if (!plain.empty() || !firing.empty()) {
    std::vector<Value> each;
    if (plan_.throttle)
      for (const Expr& expr : plan_.throttle->each) each.push_back(value_of(expr, view));
    std::uint64_t suppressed = 0;
    if (passes(each, moment.time, suppressed)) {
      for (Told& told : plain) {
        told.suppressed = suppressed;
        put(moment, std::move(told), result.grain);
      }
      for (const LifeId& id : firing) fire(id, lives_[id], moment, suppressed);
    } else {
      ++outcome_.seen["throttled"];
    }
  }
  std::stable_sort(given_.begin() + static_cast<std::ptrdiff_t>(begin), given_.end(),
                   [](const Given& a, const Given& b) { return a.told.place < b.told.place; });
  return !result.rows.empty() && when;
}

void WindowOutputs::fire(LifeId id, Life& life, const Moment& moment, std::uint64_t suppressed) {
  ++outcome_.seen[life.firing ? "moved to another life" : "fired"];
  if (life.firing) {
    life.last.early = life.last.revision = 0;
    given_.push_back({Given::To::leave, moment, key_, id.second, life.value, life.last});
  }
  life.firing = true;
  life.since_false.reset();
  life.last = life.latest;
  life.last.completion = moment.time;
  life.last.suppressed = suppressed;
  life.last.state = AlertState::firing;
  life.value = life.latest_value;
  if (alert_of(plan_.outputs[id.first])->dedup)
    given_.push_back({Given::To::join, moment, key_, id.second, life.value, life.last});
  else
    put(moment, life.last, id.second);
}

void WindowOutputs::resolve(LifeId id, Life& life, const Moment& moment, const std::string& reason) {
  ++outcome_.seen[reason.empty() ? "resolved" : "resolved for want of data"];
  Told told = life.last;
  told.state = AlertState::resolved;
  told.completion = moment.time;
  told.reason = reason;
  told.suppressed = told.early = told.revision = 0;
  if (alert_of(plan_.outputs[id.first])->dedup)
    given_.push_back({Given::To::leave, moment, key_, id.second, life.value, told});
  else
    put(moment, told, id.second);
  life.firing = false;
  life.since_false.reset();
}

Time WindowOutputs::next(Time after) const {
  Time first = events::kLatest;
  const auto consider = [&](Time time) {
    if (time > after) first = std::min(first, time);
  };
  for (const auto& [id, life] : lives_) {
    const AlertPlan& alert = *alert_of(plan_.outputs[id.first]);
    if (!life.firing && life.since_true && alert.hold.ns > 0) consider(*life.since_true + alert.hold);
    if (life.firing && life.since_false && !draining_) consider(*life.since_false + alert.keep);
  }
  return first;
}

void WindowOutputs::due(Time at) {
  const Moment moment{at, {}};
  for (auto& [id, life] : lives_) {
    const AlertPlan& alert = *alert_of(plan_.outputs[id.first]);
    if (!life.firing && life.since_true && alert.hold.ns > 0 && *life.since_true + alert.hold == at) {
      std::uint64_t suppressed = 0;
      if (passes(life.latest_each, at, suppressed)) {
        ++outcome_.seen["held"];
        fire(id, life, moment, suppressed);
      } else {
        ++outcome_.seen["throttled"];
      }
    } else if (life.firing && life.since_false && !draining_ && *life.since_false + alert.keep == at) {
      ++outcome_.seen["kept"];
      resolve(id, life, moment, "");
    }
  }
}

void WindowOutputs::forget(Time at) {
  for (auto& [id, life] : lives_)
    if (life.firing) resolve(id, life, {at, {}}, "no data");
  lives_.clear();
  spans_.clear();
}

}  // namespace tocsin::oracle
