// A way through the pattern is drawn, then its events are given out in order, with values that fit where some are soon
// found; some are left out, others come between. Then the next way, until there are enough.
#include "tests/property/random_stream.hpp"

#include <algorithm>

#include "tests/oracle/expression.hpp"
#include "tests/property/edit_pattern.hpp"
#include "tests/property/random_condition.hpp"

namespace tocsin::property {
namespace {

using events::Duration;
using rules::Element;
using rules::Loop;

constexpr Duration kMilli{1'000'000};
constexpr Duration kAny{-1};

/// A step's event, so long after the one before.
struct Intent {
  std::uint32_t step = 0;
  Duration gap;
};

class Walker {
 public:
  Walker(Random& random, const rules::RulePlan& plan, std::vector<Duration> durations)
      : random_(random), plan_(plan), durations_(std::move(durations)) {}

  std::vector<Intent> walk() {
    std::vector<Intent> intents;
    pause_ = {0};
    sequence(plan_.pattern.elements, kAny, intents);
    return intents;
  }

  /// Any gap: often none, often one that the rule names, or just beside it.
  Duration gap() {
    const std::size_t kind = random_.below(10);
    if (kind < 4) return {0};
    if (kind < 5) return kMilli;
    return beside(random_.pick(durations_), kind < 8);
  }

 private:
  Duration beside(Duration of, bool exactly) {
    if (exactly) return of;
    return {std::max<std::int64_t>(0, of.ns + (random_.chance(50) ? kMilli.ns : -kMilli.ns))};
  }

  Duration within(const rules::Bound& bound) {
    const std::size_t kind = random_.below(10);
    if (kind < 3) return bound.most;
    if (kind < 6) return bound.least;
    if (kind < 8) return {(bound.least.ns + bound.most.ns) / 2};
    return beside(kind < 9 ? bound.most : bound.least, false);
  }

  Duration gap_before(const Element& element, Duration head) {
    Duration found = element.bound ? within(*element.bound) : head == kAny ? gap() : head;
    found.ns += pause_.ns;
    pause_ = {0};
    return found;
  }

  std::size_t turns_of(const Loop& loop) {
    const std::size_t most = loop.max ? *loop.max : loop.min + 3U;
    return std::min<std::size_t>(most, loop.min + random_.below(3));
  }

  Duration turn_gap(const Loop& loop) {
    if (!loop.gap) return random_.chance(50) ? Duration{0} : gap();
    return within({{0}, *loop.gap});
  }

  /// `head`: the gap before its first event; kAny: nothing around says it.
  void sequence(const Elements& elements, Duration head, std::vector<Intent>& out) {
    for (const Element& element : elements) {
      one(element, head, out);
      if (!std::holds_alternative<rules::Absent>(element.node)) head = kAny;
    }
  }

  void one(const Element& element, Duration head, std::vector<Intent>& out) {
    if (const auto* absent = std::get_if<rules::Absent>(&element.node)) {
      if (!absent->span || random_.chance(10)) return;
      const auto* fixed = std::get_if<Duration>(&absent->span->value);
      pause_.ns += (fixed != nullptr ? fixed->ns : durations_.front().ns) + (random_.chance(80) ? kMilli.ns : 0);
    } else if (const auto* take = std::get_if<rules::Take>(&element.node)) {
      const rules::Step& step = plan_.pattern.steps[take->step];
      const std::size_t turns = turns_of(step);
      for (std::size_t i = 0; i < turns; ++i)
        out.push_back({take->step, i == 0 ? gap_before(element, head) : turn_gap(step)});
    } else if (const auto* either = std::get_if<rules::Either>(&element.node)) {
      out.push_back({random_.pick(either->takes).step, gap_before(element, head)});
    } else if (const auto* choice = std::get_if<rules::Choice>(&element.node)) {
      sequence(random_.pick(choice->sides), gap_before(element, head), out);
    } else if (const auto* both = std::get_if<rules::Both>(&element.node)) {
      sides(*both, element, head, out);
    } else {
      const auto& group = std::get<rules::Group>(element.node);
      const std::size_t turns = turns_of(group);
      for (std::size_t i = 0; i < turns; ++i)
        sequence(group.elements, i == 0 ? gap_before(element, head) : turn_gap(group), out);
    }
  }

  void sides(const rules::Both& both, const Element& element, Duration head, std::vector<Intent>& out) {
    const std::size_t begin = out.size();
    for (const Elements& side : both.sides) {
      std::vector<Intent> more;
      sequence(side, gap_before(element, head), more);
      for (std::size_t at = begin; !more.empty(); ++at) {
        if (at < out.size() && random_.chance(50)) continue;
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(std::min(at, out.size())), more.front());
        more.erase(more.begin());
      }
    }
  }

  Random& random_;
  const rules::RulePlan& plan_;
  std::vector<Duration> durations_;
  Duration pause_{0};  ///< for absences on the way
};

class Teller {
 public:
  Teller(Random& random, const rules::RulePlan& plan, std::size_t types)
      : random_(random), plan_(plan), types_(types) {}

  void noise() { stream.push_back(event(events::TypeId{static_cast<std::uint32_t>(random_.below(types_))})); }

  void tell(std::uint32_t number) {
    const rules::Step& step = plan_.pattern.steps[number];
    const rules::Single& single = random_.pick(step.fits);
    oracle::Event found = event(single.type);
    for (int i = 0; i < 4 && single.condition && !holds(*single.condition, found); ++i) found = event(single.type);
    bound_.push_back({number, stream.size()});
    stream.push_back(std::move(found));
  }
  void begin() { bound_.clear(); }

  std::vector<oracle::Event> stream;
  events::Time time{0};

 private:
  bool holds(const rules::Expr& condition, const oracle::Event& candidate) const {
    return oracle::holds(condition, {plan_, stream, bound_, &candidate});
  }

  oracle::Event event(events::TypeId type) {
    oracle::Event made{type, time, {}};
    made.fields.resize(2);
    made.fields[place_of(kInt, type)] = random_.between(0, 4);
    if (random_.chance(80)) made.fields[place_of(kFloat, type)] = 0.5 * static_cast<double>(random_.between(0, 8));
    return made;
  }

  Random& random_;
  const rules::RulePlan& plan_;
  std::size_t types_;
  oracle::Takes bound_{};
};

}  // namespace

std::vector<Duration> durations_of(const rules::RulePlan& plan) {
  std::vector<Duration> found;
  rules::Pattern pattern = plan.pattern;
  for (Elements* elements : sequences_of(pattern)) {
    for (const Element& element : *elements) {
      if (element.bound) found.insert(found.end(), {element.bound->least, element.bound->most});
      if (const auto* group = std::get_if<rules::Group>(&element.node)) {
        if (group->span) found.push_back(*group->span);
        if (group->gap) found.push_back(*group->gap);
      }
      if (const auto* absent = std::get_if<rules::Absent>(&element.node)) {
        if (absent->every) found.push_back(*absent->every);
        if (!absent->span) continue;
        if (const auto* fixed = std::get_if<Duration>(&absent->span->value)) found.push_back(*fixed);
      }
    }
  }
  for (const rules::Step& step : pattern.steps)
    if (step.gap) found.push_back(*step.gap);
  if (plan.within) found.push_back(*plan.within);
  std::erase_if(found, [](Duration each) { return each.ns <= 0; });
  found.insert(found.end(), {events::kSecond, Duration{500 * kMilli.ns}});
  return found;
}

std::vector<oracle::Event> random_stream(Random& random, const rules::RulePlan& plan, std::size_t types,
                                         std::size_t length) {
  Walker walker(random, plan, durations_of(plan));
  Teller teller(random, plan, types);
  while (teller.stream.size() < length) {
    teller.begin();
    for (const Intent& intent : walker.walk()) {
      if (teller.stream.size() >= length) break;
      if (random.chance(8)) continue;
      const Duration part{random.chance(50) ? 0 : intent.gap.ns / 2};
      if (random.chance(12)) {
        teller.time = teller.time + part;
        teller.noise();
        teller.time = teller.time + Duration{intent.gap.ns - part.ns};
      } else {
        teller.time = teller.time + intent.gap;
      }
      if (teller.stream.size() < length) teller.tell(intent.step);
    }
    teller.time = teller.time + walker.gap();
    if (teller.stream.size() < length && random.chance(30)) teller.noise();
  }
  return std::move(teller.stream);
}

}  // namespace tocsin::property
