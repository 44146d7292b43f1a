#include "matcher/ddsketch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "matcher/between.hpp"

namespace tocsin::matcher {

namespace {

constexpr double kGrowth = (1 + DDSketch::kError) / (1 - DDSketch::kError);
/// Above the size of any bucket's index: |ln x / ln g| < 745 / 0.02.
constexpr std::int32_t kZero = 40'000;
constexpr double kLeastCounted = std::numeric_limits<double>::min();

double log_growth() { return std::log(kGrowth); }

}  // namespace

std::int32_t DDSketch::key_of(double value) {
  const double size = std::fabs(value);
  if (size < kLeastCounted) return 0;
  const auto key = kZero + static_cast<std::int32_t>(std::ceil(std::log(size) / log_growth()));
  return value < 0 ? -key : key;
}

void DDSketch::add(double value) {
  least_ = count_ == 0 ? value : std::min(least_, value);
  greatest_ = count_ == 0 ? value : std::max(greatest_, value);
  ++count_;
  const std::int32_t key = key_of(value);
  const auto place = std::lower_bound(buckets_.begin(), buckets_.end(), key,
                                      [](const Bucket& bucket, std::int32_t other) { return bucket.key < other; });
  if (place != buckets_.end() && place->key == key) {
    ++place->count;
    return;
  }
  buckets_.insert(place, {key, 1});
  bound();
}

void DDSketch::bound() {
  if (buckets_.size() <= kBuckets) return;
  const auto extra = static_cast<std::ptrdiff_t>(buckets_.size() - kBuckets);
  for (auto it = buckets_.begin(); it != buckets_.begin() + extra; ++it)
    buckets_[static_cast<std::size_t>(extra)].count += it->count;
  buckets_.erase(buckets_.begin(), buckets_.begin() + extra);
}

void DDSketch::merge(const DDSketch& other) {
  if (other.count_ == 0) return;
  least_ = count_ == 0 ? other.least_ : std::min(least_, other.least_);
  greatest_ = count_ == 0 ? other.greatest_ : std::max(greatest_, other.greatest_);
  count_ += other.count_;
  std::vector<Bucket> both;
  both.reserve(buckets_.size() + other.buckets_.size());
  auto ours = buckets_.begin();
  for (const Bucket& theirs : other.buckets_) {
    for (; ours != buckets_.end() && ours->key < theirs.key; ++ours) both.push_back(*ours);
    both.push_back(theirs);
    if (ours != buckets_.end() && ours->key == theirs.key) both.back().count += (ours++)->count;
  }
  both.insert(both.end(), ours, buckets_.end());
  buckets_ = std::move(both);
  bound();
}

double DDSketch::value_at(std::uint64_t rank) const {
  if (rank == 0) return least_;
  if (rank + 1 >= count_) return greatest_;
  std::int32_t key = buckets_.back().key;
  for (const Bucket& bucket : buckets_) {
    key = bucket.key;
    if (rank < bucket.count) break;
    rank -= bucket.count;
  }
  if (key == 0) return 0;
  const double size = std::exp((std::abs(key) - kZero) * log_growth()) * (2 / (1 + kGrowth));
  return std::clamp(key < 0 ? -size : size, least_, greatest_);
}

double DDSketch::percentile(double percent) const {
  const Rank rank = rank_of(count_, percent);
  const double low = value_at(rank.low);
  return rank.hundredths == 0 ? low : between(low, value_at(rank.low + 1), rank.hundredths / 100);
}

void DDSketch::write(std::string& out) const {
  events::put(out, least_);
  events::put(out, greatest_);
  events::put(out, static_cast<std::uint32_t>(buckets_.size()));
  for (const Bucket& bucket : buckets_) {
    events::put(out, bucket.key);
    events::put(out, bucket.count);
  }
}

void DDSketch::read(events::ByteReader& in) {
  least_ = in.get<double>();
  greatest_ = in.get<double>();
  const auto size = in.get<std::uint32_t>();
  in.good = in.good && size <= kBuckets && std::isfinite(least_) && std::isfinite(greatest_) && least_ <= greatest_;
  for (std::uint32_t i = 0; i < size && in.good; ++i) {
    const auto key = in.get<std::int32_t>();
    const auto count = in.get<std::uint64_t>();
    in.good = in.good && count > 0 && (buckets_.empty() || buckets_.back().key < key) && std::abs(key) < 2 * kZero;
    buckets_.push_back({key, count});
    count_ += count;
  }
}

}  // namespace tocsin::matcher
