// Percentiles in bounded memory: DDSketch. A value is counted in the bucket (g^(i-1), g^i] that it lies in, where
// g = (1 + a) / (1 - a); the middle of a bucket is within a = 1 % of all that is in it.
//
// So each percentile is within 1 % of the exact one (type 7, relative, where the values of the two ranks that it lies
// between have one sign; else within 1 % of the larger of them); the least and the greatest value are exact. Buckets
// for negative values mirror those of positive ones, sizes under 2.3e-308 count as 0. At most kBuckets are kept: when
// there are more, the lowest two become one, so that percentiles that lie in the kBuckets - 1 highest ones keep their
// bound; values of one sign must span 35 powers of ten before that. Merging keeps the bound. Memory: 16 bytes a bucket.
// Source: Masson, Rim, Lee, DDSketch, PVLDB 12 (2019).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/bytes.hpp"

namespace tocsin::matcher {

class DDSketch {
 public:
  static constexpr double kError = 0.01;
  static constexpr std::size_t kBuckets = 4096;

  void add(double value);
  void merge(const DDSketch& other);
  /// `percent` in [0, 100]; the sketch isn't empty.
  double percentile(double percent) const;
  bool empty() const { return buckets_.empty(); }
  std::uint64_t bytes() const { return sizeof *this + buckets_.capacity() * sizeof(Bucket); }

  void write(std::string& out) const;
  /// Into an empty one. Bytes that are none clear `in.good`.
  void read(events::ByteReader& in);

 private:
  struct Bucket {
    std::int32_t key = 0;  ///< 0: zero; i + kZero: the bucket i; negative: of the negative values
    std::uint64_t count = 0;
  };
  static std::int32_t key_of(double value);
  double value_at(std::uint64_t rank) const;
  void bound();

  std::vector<Bucket> buckets_;  ///< by key, which is the order of the values; none without values
  double least_ = 0;
  double greatest_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace tocsin::matcher
