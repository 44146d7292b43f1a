// Section 4 of the semantics: of the matches that each start has (start.hpp), which are taken.
//
// All that happens to a key is put in order of (moment, start): a start opens; its matches and their repetitions, in
// order of preference; its end. What is taken drops starts, of which then nothing comes any more.
#include "tests/oracle/oracle.hpp"

#include <algorithm>

#include "tests/oracle/start.hpp"

namespace tocsin::oracle {
namespace {

using Mode = rules::Matching::Mode;
using Policy = rules::AfterMatch::Policy;

struct Happening {
  enum class Kind : std::uint8_t { opens, matches, ends, settles, forgotten };
  Moment at;
  std::size_t start = 0;
  Kind kind = Kind::opens;
  std::size_t completion = 0;  ///< of those of the start
  std::uint64_t repeat = 0;    ///< 0: the match itself
  auto operator<=>(const Happening&) const = default;
};
using Kind = Happening::Kind;

bool is_input(const rules::RulePlan& plan, const Event& event) {
  return std::find(plan.inputs.begin(), plan.inputs.end(), event.type) != plan.inputs.end();
}

bool has_timeouts(const rules::RulePlan& plan) {
  return std::any_of(plan.outputs.begin(), plan.outputs.end(), [](const auto& output) { return output.timeout; });
}

/// What becomes of a start as others have their matches.
struct Start {
  Life life;
  bool is_open = false;
  bool is_dropped = false;
  bool has_match = false;
  std::vector<bool> repeating{};  ///< by completion
};

class Key {
 public:
  Key(const rules::RulePlan& plan, const std::vector<Event>& input, std::vector<Start> starts)
      : plan_(plan), input_(input), starts_(std::move(starts)) {}

  std::vector<Match> taken() && {
    for (const Happening& each : happenings()) happen(each);
    return std::move(taken_);
  }

 private:
  std::vector<Happening> happenings() const {
    std::vector<Happening> all;
    for (std::size_t start = 0; start < starts_.size(); ++start) {
      const Moment opening{input_[start].time, start};
      const Life& life = starts_[start].life;
      const events::Time silent = input_[start].time + plan_.forget;
      if (start + 1 < input_.size() && input_[start + 1].time > silent)
        all.push_back({{silent}, input_.size(), Kind::forgotten});
      if (!life.begins) continue;
      all.push_back({opening, start, Kind::opens});
      all.push_back({opening, start, Kind::settles});
      for (std::size_t i = 0; i < life.completions.size(); ++i) {
        all.push_back({life.completions[i].at, start, Kind::matches, i});
        for (std::size_t n = 0; n < life.completions[i].repeats.size(); ++n)
          all.push_back({{life.completions[i].repeats[n]}, start, Kind::matches, i, n + 1});
      }
      if (life.end) all.push_back({*life.end, start, Kind::ends});
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  void happen(const Happening& what) {
    if (what.kind == Kind::forgotten) {
      matches_ = 0;
      return;
    }
    Start& start = starts_[what.start];
    if (what.repeat > 0) {
      if (!start.repeating.empty() && start.repeating[what.completion]) take(what);
      return;
    }
    if (start.is_dropped) return;
    switch (what.kind) {
      case Kind::opens:
        start.is_open = may_open(what.at);
        start.is_dropped = !start.is_open;
        return;
      case Kind::settles:
        return keep_to_limit_runs();
      case Kind::matches:
        return match(what);
      case Kind::ends:
        return end(what);
      case Kind::forgotten:
        return;
    }
  }

  /// After the last match that `limit matches` allows nothing opens, nor while a run repeats by `every`.
  bool may_open(Moment at) const {
    if (plan_.limit_matches && matches_ >= *plan_.limit_matches) return false;
    return std::none_of(starts_.begin(), starts_.end(), [&](const Start& start) {
      for (std::size_t i = 0; i < start.repeating.size(); ++i)
        if (start.repeating[i] && at < *start.life.completions[i].repeats_until) return true;
      return false;
    });
  }

  void keep_to_limit_runs() {
    const auto is_open = [](const Start& start) { return start.is_open; };
    while (static_cast<std::size_t>(std::count_if(starts_.begin(), starts_.end(), is_open)) > plan_.limit_runs)
      drop(*std::find_if(starts_.begin(), starts_.end(), is_open));
  }

  void match(const Happening& what) {
    Start& start = starts_[what.start];
    if (plan_.matching.mode == Mode::one && start.has_match) return;
    start.has_match = true;
    const Completion& completion = start.life.completions[what.completion];
    take(what);
    drop_after(what.start, completion);
    if (plan_.limit_matches && matches_ >= *plan_.limit_matches) return;
    if (completion.repeats_until) {  // what its own `after match` dropped goes on
      start.repeating.resize(start.life.completions.size());
      start.repeating[what.completion] = true;
    }
    if (plan_.matching.mode == Mode::one) start.is_open = false;
  }

  std::size_t taken_at(Moment at) const {
    return static_cast<std::size_t>(std::count_if(taken_.begin(), taken_.end(), [&](const Match& match) {
      return !match.timeout && match.completion == at.time && match.by_time == at.by_time() &&
             (match.by_time || match.completing == at.event);
    }));
  }

  /// What `up to` leaves out is a match all the same: it has its `after match`, and no timeout.
  void take(const Happening& what) {
    if (plan_.matching.mode == Mode::up_to && taken_at(what.at) >= plan_.matching.most) return;
    put(what.start, what.at, starts_[what.start].life.completions[what.completion].takes);
    taken_.back().repeat = what.repeat;
    ++matches_;
    if (plan_.limit_matches && matches_ >= *plan_.limit_matches)
      for (Start& start : starts_)
        if (start.is_open || !start.repeating.empty()) drop(start);
  }

  void put(std::size_t start, Moment at, const Takes& takes) {
    Match match;
    match.start = start;
    match.completion = at.time;
    match.by_time = at.by_time();
    if (!at.by_time()) match.completing = at.event;
    match.steps = assignment(plan_, takes);
    taken_.push_back(std::move(match));
  }

  void drop(Start& start) {
    start.is_dropped = true;
    start.is_open = false;
    start.repeating.clear();
  }

  void drop_after(std::size_t from, const Completion& completion) {
    std::size_t end = starts_.size();  // what started before it goes
    std::size_t begin = 0;
    const auto same_start = [&] {
      begin = from;
      end = from + 1;
    };
    switch (plan_.after.policy) {
      case Policy::keep:
        return;
      case Policy::skip_to_next:
        same_start();
        break;
      case Policy::skip_past_last:
        end = completion.takes.back().event + 1;
        if (completion.at.by_time())
          while (end < starts_.size() && input_[end].time <= completion.at.time) ++end;
        break;
      case Policy::skip_to_first:
      case Policy::skip_to_last: {
        const auto events = assignment(plan_, completion.takes)[plan_.after.step];
        if (!events.empty()) end = plan_.after.policy == Policy::skip_to_first ? events.front() : events.back();
        if (events.empty() || end == from) same_start();
        break;
      }
    }
    for (std::size_t start = begin; start < end; ++start) drop(starts_[start]);
  }

  void end(const Happening& what) {
    Start& start = starts_[what.start];
    start.is_open = false;
    if (start.has_match || !start.life.timed_out || !has_timeouts(plan_)) return;
    put(what.start, what.at, *start.life.timed_out);
    taken_.back().timeout = true;
  }

  const rules::RulePlan& plan_;
  const std::vector<Event>& input_;
  std::vector<Start> starts_;
  std::uint64_t matches_ = 0;
  std::vector<Match> taken_{};
};

}  // namespace

std::optional<std::vector<Match>> matches(const rules::RulePlan& plan, const std::vector<Event>& events,
                                          std::size_t budget, const Surroundings& around) {
  std::vector<Event> input;
  std::vector<std::size_t> place;  // of an input event among all events
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!is_input(plan, events[i])) continue;
    input.push_back(events[i]);
    place.push_back(i);
  }
  if (input.empty()) return std::vector<Match>{};

  const Stream stream{input, around.watching.value_or(input.front().time), around.until, events.back().time};
  std::vector<Start> starts(input.size());
  for (std::size_t start = 0; start < input.size(); ++start) {
    auto life = live(plan, stream, start, budget);
    if (!life) return std::nullopt;
    starts[start].life = std::move(*life);
  }

  std::vector<Match> taken = Key(plan, input, std::move(starts)).taken();
  for (Match& match : taken) {
    match.start = place[match.start];
    if (!match.by_time) match.completing = place[match.completing];
    for (auto& turns : match.steps)
      for (std::size_t& turn : turns) turn = place[turn];
  }
  return taken;
}

}  // namespace tocsin::oracle
