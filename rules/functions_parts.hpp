// What the parts of the functions share: a call with its arguments, and what is prepared of constant ones.
//
// Each part computes its functions from arguments of which none is null. False: there is no result.
#pragma once

#include <absl/container/flat_hash_set.h>
#include <absl/time/time.h>
#include <re2/re2.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/arithmetic.hpp"
#include "rules/functions.hpp"

namespace tocsin::rules {

/// A pattern of `like`, cut at its stars.
struct LikePattern {
  struct Piece {
    std::string text;
    std::size_t code_points = 0;
    bool has_wildcard = false;  ///< a `?`
  };
  std::vector<Piece> pieces;  ///< one more than there are stars
};

/// An address of 16 bytes; IPv4 ones as RFC 4291, section 2.5.5.2, maps them.
struct Address {
  std::array<unsigned char, 16> bytes{};
  bool is_v4 = false;
};
struct Network {
  Address address;
  unsigned bits = 0;  ///< of the 16 bytes
};

struct Point {
  double latitude = 0;
  double longitude = 0;
};

/// The elements of a constant list that are looked for by what they are.
struct Members {
  absl::flat_hash_set<std::string> texts;
  absl::flat_hash_set<Slot> slots;
};

class Prepared {
 public:
  using Node =
      std::variant<std::unique_ptr<re2::RE2>, LikePattern, Network, absl::TimeZone, std::vector<Point>, Members>;
  explicit Prepared(Node node) : node_(std::move(node)) {}

  template <class T>
  const T* get() const {
    return std::get_if<T>(&node_);
  }

 private:
  Node node_;
};

/// A call's arguments; none is null.
struct Args {
  std::span<const Type> types;
  std::span<const Cell> cells;
  const Prepared* prepared = nullptr;
  Texts& texts;

  std::size_t count() const { return cells.size(); }
  std::string_view text(std::size_t i) const { return texts.text(cells[i].slot); }
  std::int64_t integer(std::size_t i) const { return events::int_of(cells[i].slot); }
  double number(std::size_t i) const { return as_float(types[i], cells[i].slot); }
  /// Null: nothing of that kind was prepared.
  template <class T>
  const T* ready() const {
    return prepared == nullptr ? nullptr : prepared->get<T>();
  }
};

/// abs … clamp
bool number_result(Function function, const Args& args, Slot& out);
/// lower … split, mask, redact, hash, like, matches
bool text_result(Function function, const Args& args, Slot& out);
/// hour … date
bool calendar_result(Function function, const Args& args, Slot& out);
/// cidr, in_network
bool address_result(Function function, const Args& args, Slot& out);
/// distance, inside
bool geo_result(Function function, const Args& args, Slot& out);
/// length and contains of a list, in_list
bool list_result(Function function, const Args& args, Slot& out);

LikePattern like_pattern(std::string_view text);
bool fits(const LikePattern& pattern, std::string_view text);

std::optional<Address> parse_address(std::string_view text);
/// `10.0.0.0/8`, or an address alone for itself. Empty: none; `problem` then says why, for a person.
std::optional<Network> parse_network(std::string_view text, std::string& problem);

/// A name of the time zone database; empty and `UTC` are UTC. False: there is none so called.
bool load_zone(std::string_view name, absl::TimeZone& zone);

/// The corners of a list of [lat, lon]; false: an element has other than two numbers.
bool points_of(Type list, std::string_view bytes, std::vector<Point>& points);

}  // namespace tocsin::rules
