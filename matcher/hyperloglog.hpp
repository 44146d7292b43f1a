// How many different values there were, in bounded memory: HyperLogLog++ over 64-bit hashes.
//
// Up to kExact different hashes are kept as they are, so that the count is exact there; then 2^14 registers, each the
// longest run of leading zeros that its share of the hashes had. Standard error 1.04 / sqrt(2^14) = 0.81 %; merging
// gives what one pass over all would. Memory: 8 bytes a value up to kExact, then 16 KiB.
// Sources: Flajolet, Fusy, Gandouet, Meunier, HyperLogLog, AofA 2007; Heule, Nunkesser, Hall, HyperLogLog in practice,
// EDBT 2013 (64 bits, the sparse form); the estimate, which needs no table of measured bias: Ertl, New cardinality
// estimation algorithms for HyperLogLog sketches, arXiv 1702.01284 (2017), algorithm 6.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/bytes.hpp"

namespace tocsin::matcher {

class HyperLogLog {
 public:
  static constexpr int kPrecision = 14;
  static constexpr std::size_t kRegisters = std::size_t{1} << kPrecision;
  static constexpr std::size_t kExact = 1024;

  /// Of a value: well mixed, the same wherever the value is met.
  void add(std::uint64_t hash);
  void merge(const HyperLogLog& other);
  std::uint64_t estimate() const;
  bool empty() const { return hashes_.empty() && registers_.empty(); }
  std::uint64_t bytes() const { return sizeof *this + hashes_.capacity() * sizeof(std::uint64_t) + registers_.size(); }

  void write(std::string& out) const;
  /// Into an empty one. Bytes that are none clear `in.good`.
  void read(events::ByteReader& in);

 private:
  void add_to_registers(std::uint64_t hash);
  void make_registers();

  std::vector<std::uint64_t> hashes_;    ///< rising; empty where there are registers
  std::vector<std::uint8_t> registers_;  ///< empty, or kRegisters
};

}  // namespace tocsin::matcher
