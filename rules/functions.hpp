// The functions of the rule language: which types they take, and what they give. The one implementation, shared by the
// evaluation of constants, of columns and of code.
//
// A null argument gives null (operators that are functions: false), and so does whatever has no result: a root of a
// negative number, an address that is none, a float that is not finite, an int that doesn't fit.
//
//   abs(x) clamp(x, low, high)          int, float or duration; clamp's three are of one type, null where low > high
//   floor ceil round(x)                 float → int, halves away from zero; int → the same int
//   round(x, digits)                    float; digits -15 … 15, else null
//   sqrt exp ln log10(x) pow(x, y)      int or float → float
//   lower upper trim(s)                 ASCII letters and all of Latin, Greek and Cyrillic that change to one letter;
//   trim
//                                       takes white space off both ends
//   length(s)                           Unicode code points; of a list its elements
//   contains(s, part)                   contains(list, element) too; starts_with ends_with replace(s, old, new): every
//   old, from
//                                       the left, an empty one nowhere; null where more than a MiB would come of it
//   substring(s, from[, count])         code points; a negative `from` counts from the end; what is beyond the text is
//   empty,
//                                       and so is a negative count
//   split(s, separator)                 list<string>; an empty separator gives null
//   hour minute weekday date(t[, zone]) zone: a constant name of the time zone database; weekday 1 Monday … 7 Sunday;
//   date
//                                       "2024-01-31"; the zone of `let zone` where none is given, else UTC
//   cidr(address, bits)                 the network: cidr("10.1.2.3", 8) is "10.0.0.0/8"; IPv4 and IPv6
//   distance(lat1, lon1, lat2, lon2)    metres on the WGS 84 ellipsoid's mean sphere (haversine, radius 6,371,008.8 m);
//   null
//                                       where a latitude is beyond ±90 or a longitude beyond ±360
//   inside(point, polygon)              point [lat, lon], polygon [[lat, lon], …] of three or more corners (even-odd
//   rule, in
//                                       the plane of degrees); its edges are inside
//   hash(s)                             SHA-256, 64 hex digits
//   mask(s, keep)                       all but the last `keep` code points as `*`
//   redact(s)                           "[redacted]"
//   like(s, pattern)                    `*` any text, `?` one code point, all else itself; the whole of s
//   matches(s, regex)                   RE2, anywhere in s
//   in_network(address, network)        IPv4 and IPv6 (RFC 4632, RFC 4291); an IPv4-mapped IPv6 address is its IPv4 one
//   in_list(x, list)                    an element equals x
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::rules {

/// What an author may write as `name(…)`; empty: there is no such function (or it is an operator, or an aggregate).
std::optional<Function> function_called(std::string_view name);
/// The names that function_called knows.
std::vector<std::string> function_names();

/// `like`, `matches`, `in_network`, `in_list`: operators in what an author writes, never null.
bool is_operator(Function function);
/// A name of the time zone database, or empty: UTC.
bool is_zone(std::string_view name);

/// What a call of `function` with args of these types gives; or, for a person, how it is called: "hour(time[, zone])".
/// An int where a float is asked for is taken as it is (the implementation converts).
struct Signature {
  std::optional<events::Type> result;
  std::string usage;
  bool partial = false;  ///< can be null though no argument is
};
Signature signature_of(Function function, std::span<const events::Type> args);

/// What is made once of a call's constant args: a regex, a pattern of `like`, a network, a time zone.
class Prepared;
/// Null where the function needs nothing prepared. `call` must be of Op::call.
std::shared_ptr<const Prepared> prepare(const Expr& call);
/// What is wrong with the constant args of `call`, for a person ("missing ) in regular expression: `(a`"), and which of
/// them; empty: nothing. A regex, a like pattern, a network and a zone must be constants.
struct BadConstant {
  std::size_t arg = 0;
  std::string message;
};
std::optional<BadConstant> bad_constant(const Expr& call);

/// False: null. `types` and `args` are parallel; texts that are made go to `texts`.
bool call(Function function, const Prepared* prepared, std::span<const events::Type> types, std::span<const Cell> args,
          Texts& texts, events::Slot& out);

/// What `{value:specification}` writes, in messages and in `format`. Specifications: of {fmt} for int, float, string
/// and bool; of strftime with `%` for time (`%H:%M`, in the default zone); none for the rest. Null is written `null`.
std::string formatted(const events::Value& value, std::string_view specification, std::string_view zone);
/// What is wrong with a specification for values of `type`, for a person; empty: nothing.
std::string bad_format(events::Type type, std::string_view specification);

}  // namespace tocsin::rules
