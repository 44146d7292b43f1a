// Internet addresses as rows of bits.
#include <algorithm>
#include <charconv>

#include "tests/oracle/functions.hpp"

namespace tocsin::oracle {
namespace {

using events::Value;
using rules::Function;

struct Address {
  std::vector<bool> bits;  ///< 32 or 128, the highest first
};

std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back().push_back(c);
  }
  return parts;
}

std::optional<std::uint32_t> number_of(const std::string& text, int base, std::size_t digits, std::uint32_t most) {
  std::uint32_t number = 0;
  if (text.empty() || text.size() > digits || text[0] == '+' || text[0] == '-') return std::nullopt;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (fault != std::errc{} || end != text.data() + text.size() || number > most) return std::nullopt;
  return number;
}

void append(std::vector<bool>& bits, std::uint32_t value, int width) {
  for (int bit = width - 1; bit >= 0; --bit) bits.push_back(((value >> bit) & 1) != 0);
}

std::optional<std::vector<bool>> read_v4(const std::string& text) {
  const std::vector<std::string> parts = parts_of(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::vector<bool> bits;
  for (const std::string& part : parts) {
    const auto octet = number_of(part, 10, 3, 255);
    if (!octet || (part.size() > 1 && part[0] == '0')) return std::nullopt;
    append(bits, *octet, 8);
  }
  return bits;
}

/// The groups of one side of `::`.
std::optional<std::vector<bool>> read_groups(const std::string& text) {
  std::vector<bool> bits;
  if (text.empty()) return bits;
  const std::vector<std::string> parts = parts_of(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size() && parts[i].find('.') != std::string::npos) {
      const auto v4 = read_v4(parts[i]);
      if (!v4) return std::nullopt;
      bits.insert(bits.end(), v4->begin(), v4->end());
      continue;
    }
    const auto group = number_of(parts[i], 16, 4, 0xffff);
    if (!group) return std::nullopt;
    append(bits, *group, 16);
  }
  return bits;
}

std::optional<Address> address_of(const std::string& text) {
  if (text.find(':') == std::string::npos) {
    const auto v4 = read_v4(text);
    return v4 ? std::optional(Address{*v4}) : std::nullopt;
  }
  const auto gap = text.find("::");
  std::vector<bool> bits;
  if (gap == std::string::npos) {
    const auto all = read_groups(text);
    if (!all || all->size() != 128) return std::nullopt;
    bits = *all;
  } else {
    const auto left = read_groups(text.substr(0, gap));
    const auto right = read_groups(text.substr(gap + 2));
    if (!left || !right || left->size() + right->size() > 112) return std::nullopt;
    bits = *left;
    bits.resize(128 - right->size());
    bits.insert(bits.end(), right->begin(), right->end());
  }
  std::vector<bool> mapped(80);
  mapped.resize(96, true);
  if (std::equal(mapped.begin(), mapped.end(), bits.begin())) bits.erase(bits.begin(), bits.begin() + 96);
  return Address{bits};
}

}  // namespace

std::optional<Value> network(Function function, const Args& args) {
  if (function != Function::in_network) return std::nullopt;
  const std::vector<std::string> parts = parts_of(std::get<std::string>(args[1]), '/');
  const auto address = address_of(std::get<std::string>(args[0]));
  const auto base = address_of(parts[0]);
  if (!address || !base) return Value{false};
  const std::size_t length = parts.size() > 1 ? static_cast<std::size_t>(std::stoul(parts[1])) : base->bits.size();
  if (address->bits.size() != base->bits.size() || length > base->bits.size()) return Value{false};
  return std::equal(base->bits.begin(), base->bits.begin() + static_cast<std::ptrdiff_t>(length),
                    address->bits.begin());
}

}  // namespace tocsin::oracle
