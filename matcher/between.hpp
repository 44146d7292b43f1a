// Between two values: what percentiles and medians interpolate by.
#pragma once

#include <cmath>

namespace tocsin::matcher {

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
