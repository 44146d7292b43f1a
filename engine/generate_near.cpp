#include "engine/generate_near.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

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
    one_short();
    too_late();
    conditions_failed();
    forbidden();
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
    const rules::Step& step = instance().rule->pattern.steps[turn.step];
    const std::string& type = solved_.set.schema[sketch().events[turn.event].type].name;
    return step.name.empty() ? fmt::format("`{}`", type) : fmt::format("`{}`", step.name);
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
    NearMiss miss{"just past `within`", fires_};
    miss.events.back().time = first + *instance().rule->within + events::Duration{1};
    found_.push_back(std::move(miss));
  }

  void conditions_failed() {
    std::map<std::uint32_t, std::size_t> last;
    for (std::size_t i = 0; i < instance().turns.size(); ++i) last[instance().turns[i].step] = i;
    for (const auto& [step, index] : last) {
      const Turn& turn = instance().turns[index];
      const rules::Single& single = instance().rule->pattern.steps[step].fits[turn.fit];
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
    bool other = false;
    for (std::size_t field = 0; field < miss.events.back().values.size(); ++field) {
      const std::size_t index = sketch().events[last.event].variables[field];
      if (index == kNone || sketch().variables[index].role != Variable::Role::key) continue;
      miss.events.back().values[field] = plain_value(sketch().variables[index], kFar, solved_.world.base());
      other = true;
    }
    if (other) found_.push_back(std::move(miss));
  }

  /// What must not be there, halfway between two events.
  void forbidden() {
    for (std::size_t i = 0; i < instance().turns.size(); ++i) {
      const Turn& turn = instance().turns[i];
      for (const auto* list : {&turn.absences, &turn.next})
        for (const rules::Absent* absent : *list)
          for (const rules::Single& single : absent->fits) put_in(single, i);
    }
  }

  void put_in(const rules::Single& single, std::size_t index) {
    if (index == 0) return;
    const events::EventType& type = solved_.set.schema[single.type];
    if (type.derived) return;
    // One more event in a sketch of its own: it takes the place of the turn's, with the same key.
    const std::size_t event = instance().turns[index].event;
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
    copy_key(single.type, instance().turns[index - 1].event, with, added);
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
    NearMiss miss{fmt::format("a `{}` in between", type.name), fires_};
    const events::Time before = solved_.world.time(instance().turns[index - 1].event);
    const events::Time after = solved_.world.time(event);
    GeneratedEvent inserted{single.type, before + events::Duration{(after - before).ns / 2},
                            event_id(name_, fires_.size() + 1), fires_.front().source, world.values(new_event)};
    const auto at = std::find_if(miss.events.begin(), miss.events.end(),
                                 [&](const GeneratedEvent& each) { return each.time >= after; });
    miss.events.insert(at, std::move(inserted));
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
