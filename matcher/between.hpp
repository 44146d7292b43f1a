// Between two values: what percentiles and medians interpolate by.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tocsin::matcher {

/// Where `percent` of the way from the first of so many values to the last lies: behind value `low` by so many
/// hundredths of the distance to the next, in [0, 100).
struct Rank {
  std::size_t low = 0;
  double hundredths = 0;
};
inline Rank rank_of(std::size_t count, double percent) {
  const double place = static_cast<double>(count - 1) * percent;  // exact for all percents that are written
  const double low = std::min(std::floor(place / 100), static_cast<double>(count - 1));
  return {static_cast<std::size_t>(low), std::max(0.0, place - low * 100)};
}

/// `low` + `weight` · (`high` - `low`), weight in [0, 1): finite where both are; the middle is (low + high) / 2.
inline double between(double low, double high, double weight) {
  if (weight == 0) return low;
  if (weight == 0.5) {
    const double sum = low + high;
    return std::isfinite(sum) ? sum / 2 : low / 2 + high / 2;
  }
  const double distance = high - low;
  return std::isfinite(distance) ? low + weight * distance : low * (1 - weight) + high * weight;
}

}  // namespace tocsin::matcher
