// Which types the functions take, and what they give.
#include "rules/arithmetic.hpp"
#include "rules/functions.hpp"

namespace tocsin::rules {

namespace {

using events::element_of;
using events::is_list;
using events::list_of;

bool is_quantity(Type type) { return is_number(type) || type == Type::duration; }
bool same_kind(Type a, Type b) { return a == b || (is_number(a) && is_number(b)); }

/// A list of numbers: [lat, lon].
bool is_numbers(Type type) { return is_list(type) && is_number(element_of(type)); }

/// What the arguments of a call are, asked one after the other.
struct Args {
  std::span<const Type> types;

  std::size_t count() const { return types.size(); }
  bool are(std::initializer_list<Type> wanted) const {
    if (wanted.size() != types.size()) return false;
    std::size_t i = 0;
    for (const Type type : wanted) {
      const Type given = types[i++];
      if (given != type && !(type == Type::floating && given == Type::integer)) return false;
    }
    return true;
  }
};

std::optional<Type> when(bool fits, Type result) { return fits ? std::optional(result) : std::nullopt; }

std::optional<Type> result_of_number(Function function, Args args) {
  const Type first = args.count() > 0 ? args.types[0] : Type::boolean;
  switch (function) {
    case Function::abs:
      return when(args.count() == 1 && is_quantity(first), first);
    case Function::floor:
    case Function::ceil:
      return when(args.are({Type::floating}), Type::integer);
    case Function::round:
      if (args.count() == 1) return when(is_number(first), Type::integer);
      return when(args.are({Type::floating, Type::integer}), Type::floating);
    case Function::pow:
      return when(args.are({Type::floating, Type::floating}), Type::floating);
    case Function::clamp:
      if (args.are({Type::integer, Type::integer, Type::integer})) return Type::integer;
      if (args.are({Type::duration, Type::duration, Type::duration})) return Type::duration;
      return when(args.are({Type::floating, Type::floating, Type::floating}), Type::floating);
    default:
      return when(args.are({Type::floating}), Type::floating);
  }
}

std::optional<Type> result_of_contains(Args args) {
  if (args.are({Type::string, Type::string})) return Type::boolean;
  return when(args.count() == 2 && is_list(args.types[0]) && same_kind(element_of(args.types[0]), args.types[1]),
              Type::boolean);
}

std::optional<Type> result_of_text(Function function, Args args) {
  const Type text = Type::string;
  switch (function) {
    case Function::length:
      return when(args.count() == 1 && (args.types[0] == text || is_list(args.types[0])), Type::integer);
    case Function::contains:
      return result_of_contains(args);
    case Function::starts_with:
    case Function::ends_with:
    case Function::like:
    case Function::matches:
    case Function::in_network:
      return when(args.are({text, text}), Type::boolean);
    case Function::replace:
      return when(args.are({text, text, text}), text);
    case Function::substring:
      return when(args.are({text, Type::integer}) || args.are({text, Type::integer, Type::integer}), text);
    case Function::split:
      return when(args.are({text, text}), list_of(text));
    case Function::cidr:
    case Function::mask:
      return when(args.are({text, Type::integer}), text);
    default:
      return when(args.are({text}), text);
  }
}

std::optional<Type> result_of(Function function, Args args) {
  switch (function) {
    case Function::hour:
    case Function::minute:
    case Function::weekday:
    case Function::date:
      return when(args.are({Type::time}) || args.are({Type::time, Type::string}),
                  function == Function::date ? Type::string : Type::integer);
    case Function::distance:
      return when(args.are({Type::floating, Type::floating, Type::floating, Type::floating}), Type::floating);
    case Function::inside:
      return when(args.count() == 2 && is_numbers(args.types[0]) && is_list(args.types[1]) &&
                      is_numbers(element_of(args.types[1])),
                  Type::boolean);
    case Function::in_list:
      return when(args.count() == 2 && is_list(args.types[1]) && same_kind(args.types[0], element_of(args.types[1])),
                  Type::boolean);
    default:
      return function <= Function::clamp ? result_of_number(function, args) : result_of_text(function, args);
  }
}

std::string_view usage_of(Function function) {
  switch (function) {
    case Function::abs:
      return "abs(number or duration)";
    case Function::floor:
      return "floor(number)";
    case Function::ceil:
      return "ceil(number)";
    case Function::round:
      return "round(number[, digits])";
    case Function::sqrt:
      return "sqrt(number)";
    case Function::pow:
      return "pow(number, exponent)";
    case Function::exp:
      return "exp(number)";
    case Function::ln:
      return "ln(number)";
    case Function::log10:
      return "log10(number)";
    case Function::clamp:
      return "clamp(x, low, high) with three numbers or three durations";
    case Function::lower:
      return "lower(text)";
    case Function::upper:
      return "upper(text)";
    case Function::trim:
      return "trim(text)";
    case Function::length:
      return "length(text or list)";
    case Function::contains:
      return "contains(text, part) or contains(list, element)";
    case Function::starts_with:
      return "starts_with(text, beginning)";
    case Function::ends_with:
      return "ends_with(text, end)";
    case Function::replace:
      return "replace(text, old, new)";
    case Function::substring:
      return "substring(text, from[, count])";
    case Function::split:
      return "split(text, separator)";
    case Function::hour:
      return "hour(time[, zone])";
    case Function::minute:
      return "minute(time[, zone])";
    case Function::weekday:
      return "weekday(time[, zone])";
    case Function::date:
      return "date(time[, zone])";
    case Function::cidr:
      return "cidr(address, bits)";
    case Function::distance:
      return "distance(lat1, lon1, lat2, lon2)";
    case Function::inside:
      return "inside(point, polygon) with a point [lat, lon] and a polygon [[lat, lon], …]";
    case Function::hash:
      return "hash(text)";
    case Function::mask:
      return "mask(text, keep)";
    case Function::redact:
      return "redact(text)";
    case Function::like:
      return "text like \"pattern\"";
    case Function::matches:
      return "text matches \"regular expression\"";
    case Function::in_network:
      return "address in \"network\"";
    case Function::in_list:
      return "element in list";
  }
  return {};
}

bool is_partial(Function function) {
  switch (function) {
    case Function::replace:
    case Function::split:
    case Function::cidr:
    case Function::distance:
    case Function::inside:
      return true;
    default:
      return function <= Function::clamp;
  }
}

}  // namespace

Signature signature_of(Function function, std::span<const Type> args) {
  return {result_of(function, {args}), std::string(usage_of(function)), is_partial(function)};
}

}  // namespace tocsin::rules
