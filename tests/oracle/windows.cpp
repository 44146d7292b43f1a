// From arrivals to stories, and from what the keys give to messages in order.
#include "tests/oracle/windows.hpp"

#include <algorithm>

#include "tests/oracle/window_story.hpp"

namespace tocsin::oracle {
namespace {

using events::Time;
using events::Value;

/// The key's parts; none: a part is null.
std::optional<std::vector<Value>> key_of(const rules::RulePlan& plan, const std::vector<Event>& events,
                                         const Event& event) {
  static const Takes none;
  const auto found = std::find(plan.inputs.begin(), plan.inputs.end(), event.type);
  if (found == plan.inputs.end()) return std::nullopt;
  const auto input = static_cast<std::size_t>(found - plan.inputs.begin());
  std::vector<Value> key;
  for (const rules::KeyPart& part : plan.key) {
    if (!part.exprs.empty())
      key.push_back(evaluate(part.exprs[input], {plan, events, none, &event}));
    else
      key.push_back(part.field[input] < event.fields.size() ? event.fields[part.field[input]] : Value{});
    if (is_null(key.back())) return std::nullopt;
  }
  return key;
}

struct ByValue {
  bool operator()(const std::vector<Value>& a, const std::vector<Value>& b) const {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto order = compare(a[i], b[i]);
      if (order != std::strong_ordering::equal) return order == std::strong_ordering::less;
    }
    return false;
  }
};

/// In processing order; events behind the watermark stand where it was when they came.
std::vector<Item> in_order(const rules::RulePlan& plan, const std::vector<Event>& arriving, events::Duration lateness,
                           std::vector<std::size_t>& late) {
  std::vector<Item> items;
  Time largest = events::kEarliest;
  for (std::size_t i = 0; i < arriving.size(); ++i) {
    const Time watermark = largest == events::kEarliest ? largest : largest - lateness;
    if (arriving[i].time >= watermark) {
      items.push_back({i, arriving[i].time, {}});
      largest = std::max(largest, arriving[i].time);
    } else if (plan.window->late && key_of(plan, arriving, arriving[i])) {
      items.push_back({i, watermark, watermark});
    } else {
      late.push_back(i);
    }
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.position < b.position; });
  return items;
}

/// A life that several keys share: who holds it, by key and grain.
struct Shared {
  std::vector<std::pair<std::vector<Value>, std::size_t>> holders;
  std::size_t life = 0;              ///< now
  std::size_t count = 0;             ///< of its lives
  std::vector<std::size_t> lives{};  ///< by count
  std::optional<Time> ended{};
};

/// Joins and leaves of shared lives as messages.
class SharedLives {
 public:
  SharedLives(std::size_t& lives, events::Duration forget) : lives_(lives), forget_(forget) {}

  std::optional<Told> apply(const Given& given) {
    Shared& shared = find(given.told.place, given.value);
    const std::pair holder(given.key, given.holder);
    Told told = given.told;
    if (given.to == Given::To::join) {
      told.state = shared.holders.empty() ? events::AlertState::firing : events::AlertState::updated;
      if (shared.holders.empty()) begin(shared, given.moment.time);
      shared.holders.push_back(holder);
      told.completion = given.moment.time;
      told.life = shared.life;
      return told;
    }
    std::erase(shared.holders, holder);
    if (!shared.holders.empty()) return std::nullopt;
    shared.ended = given.moment.time;
    told.life = shared.life;
    told.state = events::AlertState::resolved;
    told.completion = given.moment.time;
    told.suppressed = 0;
    return told;
  }

 private:
  Shared& find(std::size_t place, const Value& value) {
    for (auto& [of, shared] : all_)
      if (of == std::pair(place, value)) return shared;
    all_.push_back({{place, value}, {}});
    return all_.back().second;
  }
  std::vector<std::pair<std::pair<std::size_t, Value>, Shared>> all_;
  /// Lives of a value are counted: from 1 again when there was none for so long as a key is remembered.
  void begin(Shared& shared, Time at) {
    if (shared.ended && at > *shared.ended + forget_) shared.count = 0;
    if (++shared.count > shared.lives.size()) shared.lives.push_back(++lives_);
    shared.life = shared.lives[shared.count - 1];
  }

  std::size_t& lives_;
  const events::Duration forget_;
};

/// Numbers for the lives of single keys.
class OwnLives {
 public:
  explicit OwnLives(std::size_t& lives) : lives_(lives) {}
  void number(Told& told, std::size_t grain) {
    auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& each) {
      return std::get<0>(each) == told.place && std::get<1>(each) == told.key && std::get<2>(each) == grain;
    });
    if (found == all_.end()) found = all_.insert(all_.end(), {told.place, told.key, grain, 0});
    if (told.state == events::AlertState::firing) std::get<3>(*found) = ++lives_;
    told.life = std::get<3>(*found);
  }

 private:
  std::vector<std::tuple<std::size_t, std::vector<Value>, std::size_t, std::size_t>> all_;
  std::size_t& lives_;
};

}  // namespace

WindowOutcome window_outputs(const rules::RulePlan& plan, const std::vector<Event>& arriving,
                             events::Duration lateness) {
  WindowOutcome outcome;
  const std::vector<Item> items = in_order(plan, arriving, lateness, outcome.late);
  std::vector<Given> given;
  std::map<std::vector<Value>, Story, ByValue> stories;
  Time largest = events::kEarliest;
  for (const Event& event : arriving) largest = std::max(largest, event.time);
  for (std::size_t at = 0; at < items.size(); ++at) {
    const auto key = key_of(plan, arriving, arriving[items[at].number]);
    if (!key) continue;
    auto story = stories.find(*key);
    if (story == stories.end()) story = stories.try_emplace(*key, plan, arriving, *key, given, outcome).first;
    if (!story->second.step(items[at], at)) outcome.late.push_back(items[at].number);
  }
  for (auto& [key, story] : stories) story.end(largest);
  std::sort(outcome.late.begin(), outcome.late.end());

  const auto place = [](const Moment& moment) {
    return std::tuple(moment.time, !moment.item, moment.item.value_or(0));
  };
  std::stable_sort(given.begin(), given.end(), [&](const Given& a, const Given& b) {
    const auto x = place(a.moment), y = place(b.moment);
    return x != y ? x < y : ByValue{}(a.key, b.key);
  });
  std::size_t lives = 0;
  SharedLives shared(lives, plan.forget);
  OwnLives own(lives);
  for (Given& each : given) {
    if (each.to != Given::To::message) {
      if (auto told = shared.apply(each)) outcome.told.push_back(std::move(*told));
      continue;
    }
    if (each.told.state != events::AlertState::once) own.number(each.told, each.holder);
    outcome.told.push_back(std::move(each.told));
  }
  return outcome;
}

}  // namespace tocsin::oracle
