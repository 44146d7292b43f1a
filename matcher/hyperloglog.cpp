#include "matcher/hyperloglog.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace tocsin::matcher {

namespace {

constexpr int kRest = 64 - HyperLogLog::kPrecision;  ///< bits of a hash that say how far a register goes
constexpr double kRegistersAsDouble = HyperLogLog::kRegisters;

/// Σ over the registers that are 0, and over those at their end, of what they leave open (Ertl, equations 18 and 21).
double sigma(double x) {
  double power = 1;
  double sum = x;
  for (double before = -1; sum != before;) {
    x *= x;
    before = sum;
    sum += x * power;
    power += power;
  }
  return sum;
}
double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double power = 1;
  double sum = 1 - x;
  for (double before = -1; sum != before;) {
    x = std::sqrt(x);
    before = sum;
    power *= 0.5;
    sum -= (1 - x) * (1 - x) * power;
  }
  return sum / 3;
}

}  // namespace

void HyperLogLog::add(std::uint64_t hash) {
  if (!registers_.empty()) return add_to_registers(hash);
  const auto place = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (place != hashes_.end() && *place == hash) return;
  if (hashes_.size() < kExact) {
    hashes_.insert(place, hash);
    return;
  }
  make_registers();
  add_to_registers(hash);
}

void HyperLogLog::make_registers() {
  registers_.assign(kRegisters, 0);
  for (const std::uint64_t hash : hashes_) add_to_registers(hash);
  hashes_ = std::vector<std::uint64_t>();  // its memory goes
}

void HyperLogLog::add_to_registers(std::uint64_t hash) {
  std::uint8_t& reg = registers_[hash >> kRest];
  const std::uint64_t rest = hash << kPrecision;
  const int zeros = rest == 0 ? kRest : std::countl_zero(rest);
  reg = std::max(reg, static_cast<std::uint8_t>(zeros + 1));
}

void HyperLogLog::merge(const HyperLogLog& other) {
  for (const std::uint64_t hash : other.hashes_) add(hash);
  if (other.registers_.empty()) return;
  if (registers_.empty()) make_registers();
  for (std::size_t i = 0; i < kRegisters; ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

std::uint64_t HyperLogLog::estimate() const {
  if (registers_.empty()) return hashes_.size();
  std::array<std::uint32_t, kRest + 2> with{};  // registers with each value
  for (const std::uint8_t value : registers_) ++with[value];
  double open = kRegistersAsDouble * tau(1 - with[kRest + 1] / kRegistersAsDouble);
  for (std::size_t value = kRest; value > 0; --value) open = 0.5 * (open + with[value]);
  open += kRegistersAsDouble * sigma(with[0] / kRegistersAsDouble);
  constexpr double kLn2 = 0.6931471805599453;
  return static_cast<std::uint64_t>(std::llround(kRegistersAsDouble * kRegistersAsDouble / (2 * kLn2 * open)));
}

void HyperLogLog::write(std::string& out) const {
  events::put(out, static_cast<std::uint32_t>(registers_.empty() ? hashes_.size() : kExact + 1));
  for (const std::uint64_t hash : hashes_) events::put(out, hash);
  out.append(registers_.begin(), registers_.end());
}

void HyperLogLog::read(events::ByteReader& in) {
  const auto count = in.get<std::uint32_t>();
  if (count <= kExact) {
    for (std::uint32_t i = 0; i < count && in.good; ++i) add(in.get<std::uint64_t>());
    in.good = in.good && hashes_.size() == count;
    return;
  }
  const std::string_view registers = in.take(kRegisters);
  registers_.assign(registers.begin(), registers.end());
  const auto possible = [](std::uint8_t value) { return value <= kRest + 1; };
  in.good = in.good && count == kExact + 1 && std::all_of(registers_.begin(), registers_.end(), possible);
}

}  // namespace tocsin::matcher
