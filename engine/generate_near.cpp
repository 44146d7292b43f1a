#include "engine/generate_near.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/generate_window.hpp"

namespace tocsin::engine {

namespace {

constexpr std::uint64_t kWork = 50'000;  // nodes, for one condition

std::string event_id(const std::string& name, std::size_t number) { return fmt::format("{}-{}", name, number); }

class NearMisses {
 public:
  NearMisses(const Solved& solved, const std::string& name) : solved_(solved), name_(name) {}

  std::vector<NearMiss> operator()() {
    for (const SketchEvent& event : solved_.sketch.events) {
      places_.push_back(real_);
      if (event.instance == kNone) ++real_;
    }
    fires_ = events_of(solved_.set, solved_.sketch, solved_.world, name_);
    if (instance().rule->window) return of_window();
    one_short();
    too_late();
    out_of_bounds();
    conditions_failed();
    forbidden();
    loops_ended();
    one_turn_more();
    other_key();
    return std::move(found_);
  }

 private:
  const Sketch& sketch() const { return solved_.sketch; }
  std::size_t root() const { return sketch().instances.size() - 1; }
  const Instance& instance() const { return sketch().instances.back(); }

  /// The last event of the input that `event` is, or stands for.
  std::size_t last_real(std::size_t event) const {
    while (sketch().events[event].instance != kNone)
      event = sketch().instances[sketch().events[event].instance].turns.back().event;
    return places_[event];
  }

  std::string step_text(const Turn& turn) const {
    const rules::RulePlan& rule = *instance().rule;
    const std::string& type = solved_.set.schema[sketch().events[turn.event].type].name;
    const std::string& name = rule.window ? rule.window->sides[turn.step].name : rule.pattern.steps[turn.step].name;
    return name.empty() ? fmt::format("`{}`", type) : fmt::format("`{}`", name);
  }

  std::vector<NearMiss> of_window() {
    one_short();
    conditions_failed();
    when_failed();
    outside();
    other_key();
    return std::move(found_);
  }
  /// What tells the window fails: by the values of the last row or, with those, of rows before it.
  void when_failed() {
    const rules::WindowPlan& window = *instance().rule->window;
    if (!window.when) return;
    const std::vector<Variable> kept = solved_.sketch.variables;
    Unmet aim{&*window.when, false, solved_.world.complete(root()), root(), kNone};
    if (!window.aggregated) aim.frame = World::frame_of(aim.frame, solved_.world.rows_of(aim.frame).back());
    for (std::size_t turn = instance().turns.size(); turn-- > 0;) {
      if (!solved_.search.turn_to(aim, instance().turns[turn].event, kWork / 4, false)) continue;
      found_.push_back({"`when` just failed", events_of(solved_.set, sketch(), solved_.world, name_)});
      break;
    }
    solved_.sketch.variables = kept;
    solved_.world.score();
  }
  /// The last row comes when the window is over.
  void outside() {
    if (instance().turns.size() < 2) return;
    const Turn& last = instance().turns.back();
    const WindowTimes window = solved_.world.window_of(instance());
    const rules::WindowPlan& plan = *instance().rule->window;
    using Kind = rules::WindowPlan::Kind;
    events::Time at = window.end;
    if (plan.kind == Kind::session)
      at = solved_.world.time(instance().turns[instance().turns.size() - 2].event) + plan.size + events::Duration{1};
    if (plan.kind == Kind::rolling) at = solved_.world.time(instance().turns.front().event) + plan.size;
    if (plan.kind == Kind::last || plan.kind == Kind::batch || plan.kind == Kind::global) return;
    moved_from(last, at - solved_.world.time(last.event),
               fmt::format("the last {} in the next window", step_text(last)));
  }

  /// Without the last event of each step.
  void one_short() {
    std::map<std::uint32_t, const Turn*> last;
    for (const Turn& turn : instance().turns) last[turn.step] = &turn;
    for (const auto& [step, turn] : last) {
      if (fires_.size() < 2) return;
      NearMiss miss{fmt::format("one {} short", step_text(*turn)), fires_};
      miss.events.erase(miss.events.begin() + static_cast<std::ptrdiff_t>(last_real(turn->event)));
      found_.push_back(std::move(miss));
    }
  }

  void too_late() {
    if (!instance().rule->within || fires_.size() < 2) return;
    const events::Time first = solved_.world.time(instance().turns.front().event);
    const events::Time last = solved_.world.time(instance().turns.back().event);
    const std::int64_t by = (first + *instance().rule->within - last).ns;
    moved_from(instance().turns.back(), {events::saturating_add(by, 1)}, "just past `within`");
  }

  /// All from the event on comes later, or earlier, than its bounds let it.
  void out_of_bounds() {
    for (const Turn& turn : instance().turns)
      for (const Span& span : turn.spans) {
        const events::Time since = solved_.world.time(instance().turns[span.since].event);
        const std::int64_t apart = (solved_.world.time(turn.event) - since).ns;
        moved_from(turn, {events::saturating_add(span.bound.most.ns, 1) - apart}, step_text(turn) + " just too late");
        if (span.bound.least.ns > 0)
          moved_from(turn, {span.bound.least.ns - 1 - apart}, step_text(turn) + " just too early");
      }
  }
  void moved_from(const Turn& turn, events::Duration by, std::string what) {
    const std::size_t from = places_[solved_.world.first_real(turn.event)];
    NearMiss miss{std::move(what), fires_};
    for (std::size_t i = from; i < miss.events.size(); ++i) miss.events[i].time = miss.events[i].time + by;
    if (from > 0 && miss.events[from].time < miss.events[from - 1].time) return;
    found_.push_back(std::move(miss));
  }

  void conditions_failed() {
    std::map<std::uint32_t, std::size_t> last;
    for (std::size_t i = 0; i < instance().turns.size(); ++i) last[instance().turns[i].step] = i;
    for (const auto& [step, index] : last) {
      const Turn& turn = instance().turns[index];
      const rules::Single& single = fit_of(instance(), turn);
      if (!single.condition) continue;
      const std::vector<Variable> kept = solved_.sketch.variables;
      const Unmet aim{&*single.condition, false, solved_.world.before(root(), index), root(), index};
      if (solved_.search.turn_to(aim, turn.event, kWork, true))
        found_.push_back({fmt::format("the condition of {} just failed", step_text(turn)),
                          events_of(solved_.set, sketch(), solved_.world, name_)});
      solved_.sketch.variables = kept;
      solved_.world.score();
    }
  }

  /// The last event has another key, where the whole key is free.
  void other_key() {
    const Turn& last = instance().turns.back();
    if (fires_.size() < 2 || sketch().events[last.event].instance != kNone) return;
    constexpr std::size_t kFar = 1'000'000;  // no key of a scenario is told by such a number
    NearMiss miss{"the last event of another key", fires_};
    GeneratedEvent& moved = miss.events[places_[last.event]];
    bool other = false;
    for (std::size_t field = 0; field < moved.values.size(); ++field) {
      const std::size_t index = sketch().events[last.event].variables[field];
      if (index == kNone || sketch().variables[index].role != Variable::Role::key) continue;
      moved.values[field] = plain_value(sketch().variables[index], kFar, solved_.world.base());
      other = true;
    }
    if (other) found_.push_back(std::move(miss));
  }

  /// What must not be there, halfway between two events, or as late as it is forbidden.
  void forbidden() {
    for (std::size_t i = 0; i < instance().turns.size(); ++i) {
      const Turn& turn = instance().turns[i];
      for (const auto* list : {&turn.absences, &turn.next})
        for (const rules::Absent* absent : *list) put_in(absent->fits, i, between(i), "in between");
      for (const Quiet& quiet : turn.quiets) not_quiet(quiet, i);
    }
    for (const Quiet& quiet : instance().closings) not_quiet(quiet, instance().turns.size());
  }
  void not_quiet(const Quiet& quiet, std::size_t index) {
    World& world = solved_.world;
    const events::Time last = world.time(instance().turns.back().event);
    events::Time begin = last;
    events::Time end = world.completion(root());
    if (quiet.since == kNone) {
      if (index == instance().turns.size()) return;
      end = world.time(world.first_real(instance().turns[index].event));
      begin = end - world.span_of(root(), quiet, 0);
      put_in(quiet.absent->fits, index, begin, "as early as it is forbidden");
    } else if (quiet.absent->span) {
      begin = world.time(instance().turns[quiet.since].event);
      end = world.over(root(), quiet);
      put_in(quiet.absent->fits, index, end, "as late as it is forbidden");
    } else if (instance().decider) {
      end = world.time(instance().decider->event);
    }
    put_in(quiet.absent->fits, index, begin + events::Duration{(end - begin).ns / 2}, "meanwhile");
  }

  /// An event that ends a loop, before its last turn.
  void loops_ended() {
    for (std::size_t i = 1; i < instance().turns.size(); ++i)
      for (const rules::Loop* loop : instance().turns[i].loops)
        put_in(loop->until, i, between(i), "that ends the loop");
  }
  /// A further turn of a possessive loop, behind the last of the pattern.
  void one_turn_more() {
    for (std::size_t i = 1; i < instance().turns.size(); ++i)
      for (const std::uint32_t step : instance().turns[i].left)
        put_in(instance().rule->pattern.steps[step].fits, i, between(i), "more");
  }

  events::Time between(std::size_t index) const {
    if (index == 0) return solved_.world.time(instance().turns[0].event);
    const events::Time before = solved_.world.time(instance().turns[index - 1].event);
    return before + events::Duration{(solved_.world.time(instance().turns[index].event) - before).ns / 2};
  }

  void put_in(const std::vector<rules::Single>& fits, std::size_t index, events::Time at, std::string_view where) {
    for (const rules::Single& single : fits) put_in(single, index, at, where);
  }
  /// `single` as the event between turn `index` and the one before.
  void put_in(const rules::Single& single, std::size_t index, events::Time at, std::string_view where) {
    const events::EventType& type = solved_.set.schema[single.type];
    if (type.derived) return;
    // One more event in a sketch of its own, with the key of the others.
    const std::size_t last = instance().turns.size() - 1;
    const std::size_t event = instance().turns[std::min(index, last)].event;
    Sketch with = sketch();
    SketchEvent added;
    added.type = single.type;
    added.gap = with.start;
    for (std::size_t f = 0; f < type.fields.size(); ++f) {
      const events::Field& field = type.fields[f];
      const bool given = field.name == "@time" || field.name == "@id" || field.name == "@type";
      Variable variable{
          .type = field.type, .optional = field.optional || field.attribute, .read = field.stored, .name = field.name};
      variable.value = plain_value(variable, 0, solved_.world.time(event));
      with.variables.push_back(std::move(variable));
      added.variables.push_back(given ? kNone : with.variables.size() - 1);
    }
    copy_key(single.type, instance().turns[std::min(index, last + 1) - (index > 0 ? 1 : 0)].event, with, added);
    const std::size_t new_event = with.events.size();
    with.events.push_back(added);
    World world(solved_.set, with, solved_.world.base());
    world.score();
    if (single.condition) {
      Search search(solved_.set, with, world, solved_.random, 0, solved_.world.base());
      Unmet aim{&*single.condition, true, world.before(root(), index), root(), index};
      aim.frame.candidate = new_event;
      if (!search.turn_to(aim, new_event, kWork, false)) return;
    }
    NearMiss miss{fmt::format("a `{}` {}", type.name, where), fires_};
    GeneratedEvent inserted{single.type, at, event_id(name_, fires_.size() + 1), fires_.front().source,
                            world.values(new_event)};
    // Of one time, it stands before the turn's event, and behind those before.
    const std::size_t end = index > last ? fires_.size() : places_[solved_.world.first_real(event)];
    const auto place = std::find_if(miss.events.begin(), miss.events.begin() + static_cast<std::ptrdiff_t>(end),
                                    [&](const GeneratedEvent& each) { return each.time > at; });
    miss.events.insert(place, std::move(inserted));
    found_.push_back(std::move(miss));
  }

  void copy_key(events::TypeId type, std::size_t from, Sketch& with, const SketchEvent& to) const {
    const rules::RulePlan& rule = *instance().rule;
    const auto input = [&](events::TypeId id) {
      return static_cast<std::size_t>(std::lower_bound(rule.inputs.begin(), rule.inputs.end(), id) -
                                      rule.inputs.begin());
    };
    for (const rules::KeyPart& part : rule.key) {
      const std::uint32_t own = part.field[input(type)];
      const std::uint32_t other = part.field[input(sketch().events[from].type)];
      if (own == rules::kNoField || other == rules::kNoField || to.variables[own] == kNone) continue;
      Variable& variable = with.variables[to.variables[own]];
      variable.value = solved_.world.values(from)[other];
      variable.role = Variable::Role::key;
    }
  }

  const Solved& solved_;
  const std::string& name_;
  std::vector<std::size_t> places_;  ///< by event of the sketch: among those that are no derived ones
  std::size_t real_ = 0;
  std::vector<GeneratedEvent> fires_;
  std::vector<NearMiss> found_;
};

}  // namespace

std::vector<GeneratedEvent> events_of(const rules::RuleSet& set, const Sketch& sketch, const World& world,
                                      const std::string& name) {
  std::vector<GeneratedEvent> events;
  for (std::size_t i = 0; i < sketch.events.size(); ++i) {
    if (sketch.events[i].instance != kNone) continue;
    GeneratedEvent event{sketch.events[i].type, world.time(i), event_id(name, events.size() + 1), "/tocsin/generate",
                         world.values(i)};
    const int source = set.schema[event.type].find("@source");
    if (source >= 0)
      if (const auto* text = std::get_if<std::string>(&event.values[static_cast<std::size_t>(source)]))
        event.source = *text;
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<NearMiss> near_misses(const Solved& solved, const std::string& name) { return NearMisses(solved, name)(); }

}  // namespace tocsin::engine
