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

void Story::tell_rolling(Kind kind, const Moment& moment) {
  const Time start = rolling_start(moment.time);
  Members inside;
  for (const Member& member : members_)
    if (window_.every.ns == 0 ? member.time > start : member.time >= start) inside.push_back(member);
  give(kind, 0, {start, moment.time}, inside, 0, moment);
}

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

}  // namespace tocsin::oracle
