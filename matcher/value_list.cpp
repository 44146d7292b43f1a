#include "matcher/value_list.hpp"

#include <algorithm>
#include <iterator>

#include "events/assert.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;

namespace {

constexpr std::size_t kOneByOne = 16;  ///< so many changes are put into a sorted copy one by one

struct Less {
  bool floating;
  bool operator()(Slot a, Slot b) const {
    return floating ? events::float_of(a) < events::float_of(b) : events::int_of(a) < events::int_of(b);
  }
};

void remove_one(std::vector<Slot>& sorted, Slot value, Less less) {
  const auto place = std::lower_bound(sorted.begin(), sorted.end(), value, less);
  TOCSIN_ASSERT(place != sorted.end() && !less(value, *place));
  sorted.erase(place);
}

/// `sorted` with what came and without what went, both of any order.
void renew(std::vector<Slot>& sorted, std::vector<Slot>& came, std::vector<Slot>& went, std::vector<Slot>& scratch,
           Less less) {
  if (came.size() + went.size() <= kOneByOne) {
    for (const Slot value : came) sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), value, less), value);
    for (const Slot value : went) remove_one(sorted, value, less);
    return;
  }
  std::sort(came.begin(), came.end(), less);
  std::sort(went.begin(), went.end(), less);
  scratch.clear();
  std::merge(sorted.begin(), sorted.end(), came.begin(), came.end(), std::back_inserter(scratch), less);
  sorted.clear();
  std::set_difference(scratch.begin(), scratch.end(), went.begin(), went.end(), std::back_inserter(sorted), less);
}

}  // namespace

void ValueList::append(Slot value) {
  values_.push_back(value);
  note(came_, value);
}

void ValueList::insert(Slot value, std::int64_t time) {
  const auto place = std::upper_bound(times_.begin() + static_cast<std::ptrdiff_t>(from_), times_.end(), time);
  values_.insert(values_.begin() + (place - times_.begin()), value);
  times_.insert(place, time);
  note(came_, value);
}

void ValueList::merge(const ValueList& later, bool timed) {
  forget_order();
  const std::span<const std::int64_t> times = later.times();
  const std::span<const Slot> values = later.values();
  if (!timed || size() == 0 || times.empty() || times_.back() <= times.front()) {
    values_.insert(values_.end(), values.begin(), values.end());
    if (timed) times_.insert(times_.end(), times.begin(), times.end());
    return;
  }
  std::vector<Slot> both;
  std::vector<std::int64_t> both_times;
  both.reserve(size() + values.size());
  both_times.reserve(both.capacity());
  std::size_t place = 0;
  for (std::size_t i = from_; i < values_.size(); ++i) {
    for (; place < times.size() && times[place] < times_[i]; ++place) {
      both.push_back(values[place]);
      both_times.push_back(times[place]);
    }
    both.push_back(values_[i]);
    both_times.push_back(times_[i]);
  }
  both.insert(both.end(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
  both_times.insert(both_times.end(), times.begin() + static_cast<std::ptrdiff_t>(place), times.end());
  values_ = std::move(both);
  times_ = std::move(both_times);
  from_ = 0;
}

Slot ValueList::drop_oldest() {
  const Slot value = values_[from_++];
  note(went_, value);
  if (from_ > 64 && from_ > values_.size() / 2) {
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(from_));
    if (!times_.empty()) times_.erase(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(from_));
    from_ = 0;
  }
  return value;
}

std::span<const Slot> ValueList::sorted(Type type, std::vector<Slot>& scratch) {
  const Less less{type == Type::floating};
  if (ordered_) {
    renew(sorted_, came_, went_, scratch, less);
    came_.clear();
    went_.clear();
    return sorted_;
  }
  const std::span<const Slot> all = values();
  std::vector<Slot>& into = asked_ ? sorted_ : scratch;
  into.assign(all.begin(), all.end());
  std::sort(into.begin(), into.end(), less);
  ordered_ = asked_;
  asked_ = true;
  return into;
}

void ValueList::forget_order() {
  ordered_ = false;
  sorted_ = std::vector<Slot>();
  came_ = std::vector<Slot>();
  went_ = std::vector<Slot>();
}

void ValueList::note(std::vector<Slot>& changes, Slot value) {
  if (!ordered_) return;
  changes.push_back(value);
  if (came_.size() + went_.size() > 64 + size()) forget_order();
}

}  // namespace tocsin::matcher
