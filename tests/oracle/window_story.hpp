// One key of a window rule: its events one by one, and what time brings between them.
//
// What a timer is due next, and what a window holds, is found anew each time from the list of all rows.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tests/oracle/window_outputs.hpp"
#include "tests/oracle/window_spans.hpp"

namespace tocsin::oracle {

/// An event of the rule's input, in processing order.
struct Item {
  std::size_t number = 0;              ///< of arrival
  events::Time position;               ///< its time; of a late one the watermark
  std::optional<events::Time> late{};  ///< the watermark
};

class Story {
 public:
  Story(const rules::RulePlan& plan, const std::vector<Event>& events, std::vector<events::Value> key,
        std::vector<Given>& given, WindowOutcome& outcome);

  /// Item number `at` in processing order. False: a late one that no window took.
  bool step(const Item& item, std::size_t at);
  /// All events of the input are stepped; `largest`: their latest time.
  void end(events::Time largest);

 private:
  /// An event that fits: of a window.
  struct Member {
    std::size_t number = 0;
    events::Time time;
    std::size_t order = 0;  ///< place in processing order
    bool fits[2] = {false, false};
    std::optional<std::size_t> partner{};  ///< as-of: the right side
    std::optional<events::Time> late{};
  };
  using Members = std::vector<Member>;
  /// What was told of a window.
  struct Record {
    std::uint64_t early = 0, revisions = 0;
    bool changed = false;  ///< got a row since its last early result
    bool told = false;
  };
  struct Session {
    Members members;
    Record record;
    events::Time start() const { return members.front().time; }
    events::Time last() const { return members.back().time; }
  };
  struct Open {
    std::size_t grain = 0;
    events::Time start, end;
    Members members;
    Record* record = nullptr;
  };

  void run_until(events::Time now);
  events::Time next();
  void fire(events::Time at);
  void take(const Member& member, const Moment& moment);
  bool take_late(const Member& member, const Moment& moment);
  bool take_late_in_session(const Member& member, const Moment& moment);

  std::optional<Member> member_of(const Item& item, std::size_t at);
  std::optional<std::size_t> partner_of(const Event& left, std::size_t number) const;
  bool on_holds(std::size_t left, std::size_t right) const;
  bool fits(std::size_t side, const Event& event) const;
  std::vector<WindowRow> rows_of(const Members& members) const;
  std::size_t pairs_of(const Members& members) const;
  bool was_in_row(const Member& member) const;
  Members within(std::size_t grain, const Interval& interval) const;
  bool reaches(const Member& member, events::Time end) const;

  void tell_rows(const Member& member, const Moment& moment);
  void tell_alone(events::Time at);
  bool holds_both(const Member& a, const Member& b) const;
  std::optional<events::Time> last_hold(const Member& member) const;
  events::Time rolling_start(events::Time at) const;
  events::Time leaves(const Member& member) const;
  void tell_rolling(WindowResult::Kind kind, const Moment& moment);
  void close_aligned(events::Time at);
  void close_session(events::Time at);
  void early(events::Time at);
  std::vector<Open> open_windows(events::Time at);
  bool give(WindowResult::Kind kind, std::size_t grain, const Interval& interval, const Members& members,
            std::uint64_t number, const Moment& moment, const Record* record = nullptr, bool newest = true);
  void forget(events::Time at);

  const rules::RulePlan& plan_;
  const rules::WindowPlan& window_;
  const std::vector<Event>& events_;
  WindowOutcome& outcome_;
  const std::vector<events::Value> key_;
  WindowOutputs outputs_;
  Members members_;                                                 ///< all, in processing order
  std::vector<std::size_t> right_;                                  ///< as-of: right sides, in processing order
  std::map<std::pair<std::size_t, events::Time>, Record> records_;  ///< of aligned windows
  std::vector<Session> sessions_;  ///< by start; closed ones are those whose timer is done
  Members batch_;
  Record record_;                          ///< of the batch, or the global window
  std::optional<events::Time> begun_;      ///< time of the first row
  std::optional<events::Time> heard_;      ///< latest event
  events::Time done_ = events::kEarliest;  ///< timers up to then have come due
  std::optional<events::Time> input_end_;
};

}  // namespace tocsin::oracle
