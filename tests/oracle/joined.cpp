// Joins: which events pair, in which order their rows stand, and what each row gives by itself.
#include <algorithm>
#include <tuple>

#include "tests/oracle/window_story.hpp"

namespace tocsin::oracle {

using events::Time;
using Kind = WindowResult::Kind;
using Shape = rules::WindowPlan::Kind;

namespace {

constexpr events::Duration kNano{1};

}  // namespace

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

/// Without it the rolling window is another one.
bool Story::was_in_row(const Member& member) const {
  if (!window_.join || window_.join->last || (member.fits[0] && window_.join->left)) return true;
  return std::any_of(members_.begin(), members_.end(), [&](const Member& later) {
    if (later.order <= member.order || later.time - member.time >= window_.size) return false;
    return (member.fits[0] && later.fits[1] && on_holds(member.number, later.number)) ||
           (member.fits[1] && later.fits[0] && on_holds(later.number, member.number));
  });
}

}  // namespace tocsin::oracle
