// Events behind the watermark: which windows still take them, what is corrected, which sessions become one.
#include <algorithm>

#include "tests/oracle/window_story.hpp"

namespace tocsin::oracle {

using events::Time;
using Kind = WindowResult::Kind;
using Shape = rules::WindowPlan::Kind;

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
