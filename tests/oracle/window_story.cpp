#include "tests/oracle/window_story.hpp"

#include <algorithm>

namespace tocsin::oracle {

using events::Duration;
using events::Time;
using Kind = WindowResult::Kind;
using Shape = rules::WindowPlan::Kind;

namespace {

constexpr Duration kNano{1};

bool has_lives(const rules::RulePlan& plan) {
  return std::any_of(plan.outputs.begin(), plan.outputs.end(), [](const rules::OutputPlan& output) {
    return std::holds_alternative<rules::AlertPlan>(output.node);
  });
}

}  // namespace

Story::Story(const rules::RulePlan& plan, const std::vector<Event>& events, std::vector<events::Value> key,
             std::vector<Given>& given, WindowOutcome& outcome)
    : plan_(plan),
      window_(*plan.window),
      events_(events),
      outcome_(outcome),
      key_(key),
      outputs_(plan, events, std::move(key), given, outcome) {}

bool Story::fits(std::size_t side, const Event& event) const {
  static const Takes none;
  const auto& singles = window_.sides[side].fits;
  return std::any_of(singles.begin(), singles.end(), [&](const rules::Single& single) {
    return single.type == event.type && (!single.condition || holds(*single.condition, {plan_, events_, none, &event}));
  });
}

bool Story::on_holds(std::size_t left, std::size_t right) const {
  static const Takes none;
  if (!window_.join->on) return true;
  WindowView view;
  view.key = key_;
  view.sides[0] = &events_[left];
  view.sides[1] = &events_[right];
  return holds(*window_.join->on, {plan_, events_, none, nullptr, nullptr, &view});
}

std::optional<std::size_t> Story::partner_of(const Event& left, std::size_t number) const {
  for (auto right = right_.rbegin(); right != right_.rend(); ++right) {
    if (window_.join->within && events_[*right].time < left.time - *window_.join->within) continue;
    if (on_holds(number, *right)) return *right;
  }
  return std::nullopt;
}

/// The event as a window has it; none: it is no row.
std::optional<Story::Member> Story::member_of(const Item& item, std::size_t at) {
  const Event& event = events_[item.number];
  Member member{item.number, event.time, at, {fits(0, event), window_.join && fits(1, event)}, {}, item.late};
  if (window_.join && window_.join->last) {
    const auto partner = member.fits[0] ? partner_of(event, item.number) : std::nullopt;
    if (member.fits[1]) right_.push_back(item.number);
    if (!member.fits[0] || (!partner && !window_.join->left)) return std::nullopt;
    member.partner = partner;
    return member;
  }
  if (!member.fits[0] && !member.fits[1]) return std::nullopt;
  return member;
}

std::vector<WindowRow> Story::rows_of(const Members& members) const {
  std::vector<WindowRow> rows;
  if (!window_.join || window_.join->last) {
    for (const Member& member : members) rows.push_back({{member.number, member.partner}, member.time});
    return rows;
  }
  struct Placed {
    std::size_t later;
    std::optional<std::size_t> earlier;  ///< none comes first
    std::size_t later_side;
    WindowRow row;
  };
  std::vector<Placed> placed;
  for (const Member& a : members) {
    if (!a.fits[0]) continue;
    bool paired = false;
    for (const Member& b : members) {
      if (!b.fits[1] || a.number == b.number || !on_holds(a.number, b.number)) continue;
      paired = true;
      const bool a_later = a.order > b.order;
      placed.push_back({std::max(a.order, b.order),
                        std::min(a.order, b.order),
                        a_later ? 1U : 0U,
                        {{a.number, b.number}, std::max(a.time, b.time)}});
    }
    if (!paired && window_.join->left) placed.push_back({a.order, {}, 0, {{a.number, {}}, a.time}});
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& x, const Placed& y) {
    return std::tie(x.later, x.earlier, x.later_side) < std::tie(y.later, y.earlier, y.later_side);
  });
  for (const Placed& each : placed) rows.push_back(each.row);
  return rows;
}

/// Rows but for those without a right side.
std::size_t Story::pairs_of(const Members& members) const {
  if (!window_.join || window_.join->last) return members.size();
  const auto rows = rows_of(members);
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const WindowRow& row) { return row.sides[1].has_value(); }));
}

/// A late event is in those windows only that were still kept for it.
bool Story::reaches(const Member& member, Time end) const {
  return !member.late || end >= *member.late - *window_.late;
}

Story::Members Story::within(std::size_t, const Interval& interval) const {
  Members found;
  for (const Member& member : members_)
    if (interval.start <= member.time && member.time < interval.end && reaches(member, interval.end))
      found.push_back(member);
  std::stable_sort(found.begin(), found.end(), [](const Member& a, const Member& b) {
    return std::pair(a.time, a.number) < std::pair(b.time, b.number);
  });
  return found;
}

bool Story::give(Kind kind, std::size_t grain, const Interval& interval, const Members& members, std::uint64_t number,
                 const Moment& moment, const Record* record, bool newest) {
  WindowResult result;
  result.kind = kind;
  result.grain = grain;
  result.start = interval.start;
  result.end = interval.end;
  result.number = number;
  result.rows = rows_of(members);
  result.newest = newest;
  result.told_before = record != nullptr && record->told;
  if (input_end_ && result.rows.empty()) return false;
  return outputs_.take(result, moment);
}

bool Story::step(const Item& item, std::size_t at) {
  run_until(item.position);
  if (!item.late) heard_ = item.position;
  const auto member = member_of(item, at);
  if (!member) return !item.late;
  const Moment moment{item.position, at};
  if (item.late) {
    const bool taken = take_late(*member, moment);
    if (taken) heard_ = item.position;
    return taken;
  }
  if (!begun_) begun_ = member->time;
  members_.push_back(*member);
  take(*member, moment);
  return true;
}

void Story::take(const Member& member, const Moment& moment) {
  if (!window_.aggregated) return tell_rows(member, moment);
  const auto count_early = [&](std::size_t grain, const Interval& interval, const Members& members, Record& record) {
    const auto before = pairs_of({members.begin(), members.end() - 1}), now = pairs_of(members);
    record.changed = record.changed || now > before || (member.fits[0] && window_.join && window_.join->left);
    if (window_.early_events && now / *window_.early_events > before / *window_.early_events)
      give(Kind::early, grain, interval, members, ++record.early, moment);
  };
  switch (window_.kind) {
    case Shape::tumbling:
    case Shape::sliding:
      for (std::size_t grain = 0; grain < grains_of(window_); ++grain)
        for (const Interval& interval : windows_around(window_, grain, member.time))
          count_early(grain, interval, within(grain, interval), records_[{grain, interval.start}]);
      break;
    case Shape::session: {
      Session* open = nullptr;
      for (Session& session : sessions_)
        if (session.last() + window_.size > done_ && member.time - session.last() <= window_.size) open = &session;
      if (open == nullptr) {
        sessions_.push_back({{}, {}});
        open = &sessions_.back();
      }
      open->members.push_back(member);
      count_early(0, {open->start(), open->last() + window_.size}, open->members, open->record);
      break;
    }
    case Shape::rolling:
      tell_rolling(Kind::moved, moment);
      break;
    case Shape::last: {
      const std::size_t count = std::min<std::size_t>(members_.size(), window_.count);
      const Members latest(members_.end() - static_cast<std::ptrdiff_t>(count), members_.end());
      give(Kind::moved, 0, {latest.front().time, latest.back().time}, latest, 0, moment);
      break;
    }
    case Shape::batch:
      batch_.push_back(member);
      if (batch_.size() < window_.count) {
        count_early(0, {batch_.front().time, member.time}, batch_, record_);
        break;
      }
      give(Kind::closed, 0, {batch_.front().time, member.time}, batch_, 0, moment);
      batch_.clear();
      record_ = {};
      break;
    case Shape::global:
      count_early(0, {*begun_, member.time}, members_, record_);
      break;
    case Shape::rows:
      break;
  }
}

// ---- rows of a join by themselves

bool Story::holds_both(const Member& a, const Member& b) const {
  switch (window_.kind) {
    case Shape::rolling:
      return b.time - a.time < window_.size && a.time - b.time < window_.size;
    case Shape::session:
      return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
        const auto has = [&](const Member& member) {
          return std::any_of(session.members.begin(), session.members.end(),
                             [&](const Member& each) { return each.number == member.number; });
        };
        return has(a) && has(b);
      });
    default: {
      const auto around = windows_around(window_, 0, a.time);
      return std::any_of(around.begin(), around.end(),
                         [&](const Interval& interval) { return interval.start <= b.time && b.time < interval.end; });
    }
  }
}

void Story::tell_rows(const Member& member, const Moment& moment) {
  const auto tell = [&](const WindowRow& row, Time start, Time end) {
    WindowResult result;
    result.kind = Kind::row;
    result.start = start;
    result.end = end;
    result.rows = {row};
    outputs_.take(result, moment);
  };
  if (window_.join->last) {
    const Time from = member.partner ? events_[*member.partner].time : member.time;
    return tell({{member.number, member.partner}, member.time}, from, member.time);
  }
  if (window_.kind == Shape::session) {
    if (sessions_.empty() || !(sessions_.back().last() + window_.size > done_)) sessions_.push_back({{}, {}});
    sessions_.back().members.push_back(member);
  }
  for (const Member& before : members_) {
    if (before.number == member.number || !holds_both(before, member)) continue;
    if (before.fits[0] && member.fits[1] && on_holds(before.number, member.number))
      tell({{before.number, member.number}, member.time}, before.time, member.time);
    if (member.fits[0] && before.fits[1] && on_holds(member.number, before.number))
      tell({{member.number, before.number}, member.time}, before.time, member.time);
  }
}

/// When the last window that holds the left side is over; none: no window holds it.
std::optional<Time> Story::last_hold(const Member& member) const {
  if (window_.kind == Shape::rolling) return member.time + window_.size;
  if (window_.kind == Shape::session) {
    for (const Session& session : sessions_)
      for (const Member& each : session.members)
        if (each.number == member.number) return session.last() + window_.size;
    return std::nullopt;
  }
  const auto around = windows_around(window_, 0, member.time);
  if (around.empty()) return std::nullopt;
  return around.back().end - kNano;
}

/// Left sides that had no right one, whose last window ends.
void Story::tell_alone(Time at) {
  for (const Member& left : members_) {
    if (!left.fits[0] || last_hold(left) != at) continue;
    const bool paired = std::any_of(members_.begin(), members_.end(), [&](const Member& right) {
      return right.fits[1] && right.number != left.number && holds_both(left, right) &&
             on_holds(left.number, right.number);
    });
    if (paired) continue;
    WindowResult result;
    result.kind = Kind::row;
    result.start = result.end = left.time;
    result.rows = {{{left.number, {}}, left.time}};
    outputs_.take(result, {at, {}});
  }
}

// ---- rolling

Time Story::rolling_start(Time at) const {
  const Time begin = at - window_.size;
  if (window_.every.ns == 0) return begin;
  return {(floor_div(begin.ns, window_.every.ns) + 1) * window_.every.ns};
}

/// When the row is in the window no more.
Time Story::leaves(const Member& member) const {
  if (window_.every.ns == 0) return member.time + window_.size;
  return Time{floor_div(member.time.ns, window_.every.ns) * window_.every.ns} + window_.size;
}

/// Without it the rolling window is another one.
bool Story::was_in_row(const Member& member) const {
  if (!window_.join || window_.join->last || (member.fits[0] && window_.join->left)) return true;
  return std::any_of(members_.begin(), members_.end(), [&](const Member& later) {
    if (later.order <= member.order || later.time - member.time >= window_.size) return false;
    return (member.fits[0] && later.fits[1] && on_holds(member.number, later.number)) ||
           (member.fits[1] && later.fits[0] && on_holds(later.number, member.number));
  });
}

void Story::tell_rolling(Kind kind, const Moment& moment) {
  const Time start = rolling_start(moment.time);
  Members inside;
  for (const Member& member : members_)
    if (window_.every.ns == 0 ? member.time > start : member.time >= start) inside.push_back(member);
  give(kind, 0, {start, moment.time}, inside, 0, moment);
}

// ---- time

Time Story::next() {
  Time first = outputs_.next(done_);
  const auto consider = [&](Time time) {
    if (time > done_) first = std::min(first, time);
  };
  if (window_.aggregated && is_aligned(window_) && begun_) {
    for (std::size_t grain = 0; grain < grains_of(window_); ++grain) {
      if (input_end_) {
        for (const Member& member : members_)
          for (const Interval& interval : windows_around(window_, grain, member.time))
            if (reaches(member, interval.end)) consider(interval.end - kNano);
      } else {
        consider(window_ending_after(window_, grain, std::max(done_ + kNano, *begun_)).end - kNano);
      }
    }
  }
  for (const Session& session : sessions_) consider(session.last() + window_.size);
  if (window_.aggregated && window_.kind == Shape::rolling && has_lives(plan_))
    for (const Member& member : members_)
      if (was_in_row(member)) consider(leaves(member));
  if (!window_.aggregated && window_.join->left && !window_.join->last)
    for (const Member& member : members_)
      if (const auto last = last_hold(member); last && member.fits[0]) consider(*last);
  if (window_.early) {
    // The first multiple not yet past; what is open then is looked at then.
    const Time multiple{(floor_div(done_.ns, window_.early->ns) + 1) * window_.early->ns};
    const auto open = open_windows(multiple);
    if (std::any_of(open.begin(), open.end(), [](const Open& each) { return each.record->changed; }))
      consider(multiple);
  }
  if (heard_ && !input_end_) consider(*heard_ + plan_.forget);
  return first;
}

void Story::run_until(Time now) {
  for (Time at = next(); at < now; at = next()) {
    done_ = at;
    fire(at);
  }
  if (now != events::kLatest) done_ = std::max(done_, now - kNano);
}

void Story::end(Time largest) {
  run_until(largest);
  input_end_ = largest;
  outputs_.drain();
  run_until(events::kLatest);
}

void Story::fire(Time at) {
  if (window_.aggregated && is_aligned(window_)) close_aligned(at);
  if (window_.aggregated && window_.kind == Shape::session) close_session(at);
  if (window_.aggregated && window_.kind == Shape::rolling && has_lives(plan_)) {
    const auto any = [&](auto holds) { return std::any_of(members_.begin(), members_.end(), holds); };
    if (any([&](const Member& member) { return leaves(member) == at && was_in_row(member); }) &&
        !any([&](const Member& member) { return member.time == at; }))
      tell_rolling(Kind::left, {at, {}});
  }
  if (!window_.aggregated && window_.join->left && !window_.join->last) tell_alone(at);
  if (window_.early && at.ns % window_.early->ns == 0) early(at);
  outputs_.due(at);
  if (heard_ && !input_end_ && *heard_ + plan_.forget == at) forget(at);
}

void Story::close_aligned(Time at) {
  if (!begun_) return;
  for (std::size_t grain = 0; grain < grains_of(window_); ++grain) {
    const Interval interval = window_ending_after(window_, grain, at);
    if (interval.end - kNano != at || interval.end <= *begun_) continue;
    const Members members = within(grain, interval);
    Record& record = records_[{grain, interval.start}];
    record.told = give(Kind::closed, grain, interval, members, 0, {at, {}});
  }
}

void Story::close_session(Time at) {
  for (Session& session : sessions_)
    if (session.last() + window_.size == at)
      session.record.told = give(Kind::closed, 0, {session.start(), at}, session.members, 0, {at, {}});
}

/// By grain, then start.
std::vector<Story::Open> Story::open_windows(Time at) {
  std::vector<Open> open;
  switch (window_.kind) {
    case Shape::tumbling:
    case Shape::sliding:
      for (std::size_t grain = 0; grain < grains_of(window_); ++grain) {
        std::map<Time, Interval> found;
        for (const Member& member : members_)
          for (const Interval& interval : windows_around(window_, grain, member.time))
            if (interval.end > at && reaches(member, interval.end)) found[interval.start] = interval;
        for (const auto& [start, interval] : found)
          open.push_back({grain, start, interval.end, within(grain, interval), &records_[{grain, start}]});
      }
      break;
    case Shape::session:
      for (Session& session : sessions_)
        if (session.last() + window_.size > at)
          open.push_back({0, session.start(), session.last() + window_.size, session.members, &session.record});
      break;
    case Shape::batch:
      if (!batch_.empty()) open.push_back({0, batch_.front().time, batch_.back().time, batch_, &record_});
      break;
    case Shape::global:
      if (begun_) open.push_back({0, *begun_, at, members_, &record_});
      break;
    default:
      break;
  }
  return open;
}

void Story::early(Time at) {
  for (Open& each : open_windows(at)) {
    if (!each.record->changed) continue;
    each.record->changed = false;
    give(Kind::early, each.grain, {each.start, each.end}, each.members, ++each.record->early, {at, {}});
  }
}

void Story::forget(Time at) {
  outputs_.forget(at);
  ++outcome_.seen["forgotten"];
  members_.clear();
  right_.clear();
  records_.clear();
  sessions_.clear();
  batch_.clear();
  record_ = {};
  begun_.reset();
  heard_.reset();
}

// ---- late events

bool Story::take_late(const Member& member, const Moment& moment) {
  const Time watermark = *member.late;
  if (window_.kind == Shape::session) return take_late_in_session(member, moment);
  bool taken = false;
  for (std::size_t grain = 0; grain < grains_of(window_); ++grain)
    for (const Interval& interval : windows_around(window_, grain, member.time))
      taken = taken || reaches(member, interval.end);
  if (!taken) return false;
  ++outcome_.seen["late"];
  if (!begun_) begun_ = member.time;
  members_.push_back(member);
  for (std::size_t grain = 0; grain < grains_of(window_); ++grain) {
    for (const Interval& interval : windows_around(window_, grain, member.time)) {
      if (!reaches(member, interval.end)) continue;
      Record& record = records_[{grain, interval.start}];
      record.changed = true;
      if (interval.end > watermark) continue;
      // Newest: no later window is over.
      const bool newest = window_ending_after(window_, grain, interval.end).end > watermark;
      record.told =
          give(Kind::corrected, grain, interval, within(grain, interval), ++record.revisions, moment, &record, newest);
    }
  }
  return true;
}

bool Story::take_late_in_session(const Member& member, const Moment& moment) {
  const Time watermark = *member.late, kept_from = watermark - *window_.late;
  const auto is_closed = [&](const Session& session) { return session.last() + window_.size < watermark; };
  std::erase_if(sessions_, [&](const Session& session) { return session.last() + window_.size < kept_from; });
  const auto joins = [&](const Session& session) {
    return session.start() - window_.size <= member.time && member.time <= session.last() + window_.size;
  };
  if (std::none_of(sessions_.begin(), sessions_.end(), joins) && member.time + window_.size < kept_from) return false;
  ++outcome_.seen["late"];
  if (!begun_) begun_ = member.time;
  members_.push_back(member);
  std::vector<Session> joined, others;
  for (Session& session : sessions_) (joins(session) ? joined : others).push_back(std::move(session));

  Session merged{{member}, {}};
  for (const Session& session : joined)
    merged.members.insert(merged.members.end(), session.members.begin(), session.members.end());
  std::stable_sort(merged.members.begin(), merged.members.end(), [](const Member& a, const Member& b) {
    return std::pair(a.time, a.number) < std::pair(b.time, b.number);
  });
  if (!joined.empty()) merged.record = joined.front().record;
  merged.record.changed = true;
  if (joined.size() > 1) ++outcome_.seen["merged"];

  const auto withdraw = [&](Session& session) {
    if (is_closed(session) && session.record.told)
      give(Kind::withdrawn, 0, {session.start(), session.last() + window_.size}, session.members,
           session.record.revisions + 1, moment);
  };
  if (is_closed(merged)) {
    const bool newest = std::none_of(others.begin(), others.end(), [&](const Session& session) {
      return is_closed(session) && session.start() > merged.start();
    });
    merged.record.told = give(Kind::corrected, 0, {merged.start(), merged.last() + window_.size}, merged.members,
                              ++merged.record.revisions, moment, &merged.record, newest);
    for (std::size_t i = 1; i < joined.size(); ++i) withdraw(joined[i]);
  } else {
    for (Session& session : joined) withdraw(session);
    // It goes on as the open one among them.
    const auto open = std::find_if(joined.begin(), joined.end(), [&](const Session& each) { return !is_closed(each); });
    merged.record = open == joined.end() ? Record{} : open->record;
    merged.record.changed = true;
  }
  others.push_back(std::move(merged));
  std::sort(others.begin(), others.end(), [](const Session& a, const Session& b) { return a.start() < b.start(); });
  sessions_ = std::move(others);
  return true;
}

}  // namespace tocsin::oracle
