// One function for each type of result; each picks among the operations that give it.
#include "tests/property/random_expr.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "tests/oracle/make.hpp"

namespace tocsin::property {
namespace {

using namespace oracle::make;
using events::Duration;
using events::list_of;
using events::Severity;
using events::Time;
using events::Value;
using rules::Function;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t k2p53 = std::int64_t{1} << 53;

constexpr std::array<std::int64_t, 14> kInts = {0,    1,    -1,       2,     3,        7, -5, 10, 1'000'000'000,
                                                kMax, kMin, kMax - 1, k2p53, k2p53 + 1};
constexpr std::array<double, 16> kFloats = {0.0,   -0.0,   0.5,    1.0,    -1.5,   2.0,    3.0,     0.1,
                                            1e308, -1e308, 1e-300, 5e-324, 0x1p53, 0x1p63, -0x1p63, 2.5};
constexpr std::array<std::int64_t, 10> kSpans = {0,    1,   -1, 7, 5, 1'000'000'000, -1'000'000'000, 3'600'000'000'000,
                                                 kMax, kMin};
constexpr std::array kTypes = {Type::boolean,
                               Type::integer,
                               Type::floating,
                               Type::string,
                               Type::time,
                               Type::duration,
                               Type::severity,
                               list_of(Type::integer),
                               list_of(Type::floating),
                               list_of(Type::string),
                               list_of(list_of(Type::floating))};
// Letters that aren't ASCII have no case here: the reference knows of none.
const std::vector<std::string> kTexts = {
    "", "a", "ab", "b", "Z", "\xe6\xbc\xa2", " b ", "aba", "10.0.0.7", "::ffff:10.0.0.7", "fe80::1"};
const std::vector<std::string> kPatterns = {"*", "a*", "*b", "?", "*a?*", "a*b*a", "", "?\xe6\xbc\xa2*", "10.*"};
const std::vector<std::string> kRegexes = {"^a", "b$", "[ab]+$", "Z|b", "^$", "[0-9]+"};
const std::vector<std::string> kNetworks = {"10.0.0.0/8", "10.0.0.7", "0.0.0.0/0", "::/0", "fe80::/10", "10.0.0.6/31"};
constexpr std::size_t kManyMembers = 12;  // so many are looked for in another way
constexpr std::array kNumbers = {Type::integer, Type::floating};
constexpr std::array kWholeOps = {Op::add, Op::sub, Op::mul, Op::rem};
constexpr std::array kRealOps = {Op::add, Op::sub, Op::mul, Op::div, Op::rem};
constexpr std::array kSums = {Op::add, Op::sub};
constexpr std::array kOrders = {Op::lt, Op::le, Op::gt, Op::ge};
constexpr std::array kEqualities = {Op::eq, Op::ne};

/// `fn` has a value over fields of `of`, which is of `type`.
bool gives(AggregateFn fn, Type of, Type type) {
  const bool number = of == Type::integer || of == Type::floating;
  switch (fn) {
    case AggregateFn::count:
      return type == Type::integer;
    case AggregateFn::sum:
      return of == type && (number || of == Type::duration);
    case AggregateFn::avg:
      return type == (number ? Type::floating : Type::duration) && (number || of == type);
    case AggregateFn::stddev:
      return number && type == Type::floating;
    case AggregateFn::min:
    case AggregateFn::max:
      return of == type && of != Type::boolean && of != Type::string && !events::is_list(of);
    default:
      return of == type;
  }
}

std::size_t place_of(Type type) {
  return static_cast<std::size_t>(std::find(kTypes.begin(), kTypes.end(), type) - kTypes.begin());
}

struct Maker {
  Random& random;
  const Readable& readable;

  Expr any(Type type, int depth) {
    if (depth <= 0 || random.chance(15)) return leaf(type);
    if (random.chance(10)) return node(Op::coalesce, type, {as(type, depth - 1), as(type, depth - 1)});
    if (random.chance(8))
      return node(Op::conditional, type, {any(Type::boolean, depth - 1), as(type, depth - 1), as(type, depth - 1)});
    if (place_of(list_of(type)) < kTypes.size() && random.chance(8))
      return node(Op::index, type, {any(list_of(type), depth - 1), index(depth - 1)});
    if (events::is_list(type)) return list(type, depth - 1);
    switch (type) {
      case Type::boolean:
        return boolean(depth - 1);
      case Type::integer:
        return integer(depth - 1);
      case Type::floating:
        return floating(depth - 1);
      case Type::time:
        return node(random.pick(kSums), type, {any(type, depth - 1), any(Type::duration, depth - 1)});
      case Type::duration:
        return duration(depth - 1);
      case Type::string:
        return text(depth - 1);
      default:
        return leaf(type);
    }
  }

  /// Of the type, or an int for a float.
  Expr as(Type type, int depth) {
    return any(type == Type::floating && random.chance(20) ? Type::integer : type, depth);
  }

  Expr call(Function function, Type type, std::vector<Expr> args) {
    Expr expr = node(Op::call, type, std::move(args));
    expr.function = function;
    expr.nullable = true;
    return expr;
  }

  Expr index(int depth) { return random.chance(70) ? number(random.between(-3, 3)) : any(Type::integer, depth); }
  Expr one_of(const std::vector<std::string>& texts) { return constant(random.pick(texts)); }

  Expr list(Type type, int depth) {
    if (type == list_of(Type::string) && random.chance(30))
      return call(
          Function::split, type,
          {any(Type::string, depth), random.chance(70) ? constant(std::string("a")) : any(Type::string, depth)});
    std::vector<Expr> items;
    for (std::size_t n = random.below(4); n > 0; --n) items.push_back(as(element_of(type), depth));
    return node(Op::list, type, std::move(items));
  }

  Expr text(int depth) {
    const auto some = [&] { return any(Type::string, depth); };
    switch (random.below(7)) {
      case 0:
        return call(Function::trim, Type::string, {some()});
      case 1:
        return call(random.chance(50) ? Function::lower : Function::upper, Type::string, {some()});
      case 2:
        return call(Function::replace, Type::string, {some(), some(), some()});
      case 3:
        return call(Function::substring, Type::string, {some(), index(depth)});
      case 4:
        return call(Function::substring, Type::string, {some(), index(depth), index(depth)});
      case 5:
        return call(Function::date, Type::string, {any(Type::time, depth)});
      default:
        return random.chance(50) ? call(Function::mask, Type::string, {some(), index(depth)})
                                 : call(Function::redact, Type::string, {some()});
    }
  }

  Expr membership(int depth) {
    const Type type = random.pick(kTypes);
    if (place_of(list_of(type)) < kTypes.size() && random.chance(40)) {
      const bool many = random.chance(30);
      std::vector<Value> items;
      for (std::size_t n = many ? kManyMembers : 0; n > 0; --n) items.push_back(random_value(random, type));
      Expr list = many ? constant(make_list(type, items)) : any(list_of(type), depth);
      Expr value = as(type, depth);
      if (random.chance(30)) return call(Function::contains, Type::boolean, {std::move(list), std::move(value)});
      return call(Function::in_list, Type::boolean, {std::move(value), std::move(list)});
    }
    std::vector<Expr> args = {as(type, depth)};
    for (std::size_t n = random.chance(20) ? kManyMembers : 1 + random.below(4); n > 0; --n)
      args.push_back(random.chance(70) ? constant(random_value(random, type)) : as(type, depth));
    return truth(Op::in, std::move(args));
  }

  /// Of texts and places.
  Expr predicate(int depth) {
    const auto some = [&] { return any(Type::string, depth); };
    const Type numbers = list_of(Type::floating);
    switch (random.below(7)) {
      case 0:
        return call(Function::like, Type::boolean, {some(), one_of(kPatterns)});
      case 1:
        return call(Function::matches, Type::boolean, {some(), one_of(kRegexes)});
      case 2:
        return call(Function::in_network, Type::boolean, {some(), one_of(kNetworks)});
      case 3:
        return call(Function::contains, Type::boolean, {some(), some()});
      case 4:
        return call(Function::starts_with, Type::boolean, {some(), some()});
      case 5:
        return call(Function::ends_with, Type::boolean, {some(), some()});
      default:
        return call(Function::inside, Type::boolean, {any(numbers, depth), any(list_of(numbers), depth)});
    }
  }

  Expr leaf(Type type) {
    if (!readable.single.empty() && random.chance(25))
      return step_field(random.pick(readable.single), field_of(type, random.chance(50)), type, true);
    if (!readable.looped.empty() && random.chance(40)) return turns(type);
    if (random.chance(35)) return constant(random_value(random, type));
    const bool optional = random.chance(60);
    return field(field_of(type, optional), type, optional);
  }

  Expr turns(Type type) {
    const std::uint32_t step = random.pick(readable.looped);
    if (type == Type::integer && random.chance(10)) return aggregate(AggregateFn::count, step);
    for (;;) {
      const auto fn = static_cast<AggregateFn>(random.below(8));
      const Type of = random.pick(kTypes);
      if (!gives(fn, of, type)) continue;
      Expr expr = aggregate(fn, step, field_of(of, random.chance(50)), of);
      expr.type = type;
      return expr;
    }
  }

  Expr boolean(int depth) {
    switch (random.below(11)) {
      case 8:
        return membership(depth);
      case 9:
      case 10:
        return predicate(depth);
      case 0:
        return truth(Op::logical_not, {any(Type::boolean, depth)});
      case 1:
        return truth(random.chance(50) ? Op::is_null : Op::is_not_null, {any(random.pick(kTypes), depth)});
      case 2:
      case 3: {
        std::vector<Expr> terms;
        for (std::size_t n = 2 + random.below(3); n > 0; --n) terms.push_back(any(Type::boolean, depth));
        return truth(random.chance(50) ? Op::logical_and : Op::logical_or, std::move(terms));
      }
      case 4:
      case 5:
        return compared(random.pick(kNumbers), random.pick(kNumbers), depth);
      default: {
        const Type type = random.pick(kTypes);
        return compared(type, type, depth);
      }
    }
  }

  Expr compared(Type left, Type right, int depth) {
    const bool ordered = left != Type::boolean && !events::is_list(left) && random.chance(60);
    return truth(ordered ? random.pick(kOrders) : random.pick(kEqualities), {any(left, depth), any(right, depth)});
  }

  Expr clamped(Type type, int depth) {
    return call(Function::clamp, type, {any(type, depth), as(type, depth), as(type, depth)});
  }

  Expr integer(int depth) {
    constexpr std::array kRounded = {Function::floor, Function::ceil, Function::round};
    constexpr std::array kParts = {Function::hour, Function::minute, Function::weekday};
    switch (random.below(12)) {
      case 0:
        return call(Function::abs, Type::integer, {any(Type::integer, depth)});
      case 1:
        return call(random.pick(kRounded), Type::integer, {as(Type::floating, depth)});
      case 2:
        return call(Function::length, Type::integer, {any(Type::string, depth)});
      case 3:
        return call(Function::length, Type::integer, {any(kTypes[7 + random.below(4)], depth)});
      case 4:
        return call(random.pick(kParts), Type::integer, {any(Type::time, depth)});
      case 5:
        return clamped(Type::integer, depth);
      default:
        break;
    }
    if (random.chance(15)) return node(Op::negate, Type::integer, {any(Type::integer, depth)});
    return node(random.pick(kWholeOps), Type::integer, {any(Type::integer, depth), any(Type::integer, depth)});
  }

  Expr floating(int depth) {
    constexpr std::array kOfOne = {Function::sqrt, Function::exp, Function::ln, Function::log10, Function::abs};
    const auto degrees = [&](std::int64_t most) {
      return random.chance(70) ? constant(static_cast<double>(random.between(-most, most))) : as(Type::floating, depth);
    };
    switch (random.below(13)) {
      case 7: {
        const Function function = random.pick(kOfOne);
        return call(function, Type::floating,
                    {function == Function::abs ? any(Type::floating, depth) : as(Type::floating, depth)});
      }
      case 8:
        return call(Function::pow, Type::floating, {as(Type::floating, depth), as(Type::floating, depth)});
      case 9:
        return call(Function::round, Type::floating, {as(Type::floating, depth), index(depth)});
      case 10:
        return clamped(Type::floating, depth);
      case 11:
        return call(Function::distance, Type::floating, {degrees(95), degrees(370), degrees(95), degrees(370)});
      case 0:
        return node(Op::negate, Type::floating, {any(Type::floating, depth)});
      case 1:
        return node(Op::div, Type::floating, {any(Type::integer, depth), any(Type::integer, depth)});
      case 2:
        return node(Op::div, Type::floating, {any(Type::duration, depth), any(Type::duration, depth)});
      case 3:
        return node(random.pick(kRealOps), Type::floating, {any(Type::integer, depth), any(Type::floating, depth)});
      case 4:
        return node(random.pick(kRealOps), Type::floating, {any(Type::floating, depth), any(Type::integer, depth)});
      default:
        return node(random.pick(kRealOps), Type::floating, {any(Type::floating, depth), any(Type::floating, depth)});
    }
  }

  Expr duration(int depth) {
    const Type number = random.pick(kNumbers);
    switch (random.below(9)) {
      case 7:
        return call(Function::abs, Type::duration, {any(Type::duration, depth)});
      case 8:
        return clamped(Type::duration, depth);
      case 0:
        return node(Op::negate, Type::duration, {any(Type::duration, depth)});
      case 1:
        return node(Op::sub, Type::duration, {any(Type::time, depth), any(Type::time, depth)});
      case 2:
        return node(Op::mul, Type::duration, {any(Type::duration, depth), any(number, depth)});
      case 3:
        return node(Op::mul, Type::duration, {any(number, depth), any(Type::duration, depth)});
      case 4:
        return node(Op::div, Type::duration, {any(Type::duration, depth), any(number, depth)});
      default:
        return node(random.pick(kSums), Type::duration, {any(Type::duration, depth), any(Type::duration, depth)});
    }
  }
};

}  // namespace

events::Schema every_field() {
  events::Schema schema;
  events::EventType type{"E", "e", {}, false};
  const auto add = [&](Type of, const char* suffix, bool optional) {
    std::string name;
    for (const char c : events::name_of(of))
      if (c != '>') name += c == '<' ? '_' : c;
    name += suffix;
    type.fields.push_back({name, of, optional, {name}, true});
  };
  for (const Type of : kTypes) {
    add(of, "1", false);
    add(of, "2", true);
  }
  for (const Type of : kTypes) add(of, "3", true);
  schema.types.push_back(std::move(type));
  return schema;
}

std::uint32_t field_of(Type type, bool optional) {
  return 2 * static_cast<std::uint32_t>(place_of(type)) + (optional ? 1 : 0);
}
std::uint32_t spare_field_of(Type type) { return static_cast<std::uint32_t>(2 * kTypes.size() + place_of(type)); }
Type random_type(Random& random) { return random.pick(kTypes); }

Value random_value(Random& random, Type type) {
  const bool near = random.chance(40);
  if (events::is_list(type)) {
    std::vector<Value> items;
    for (std::size_t n = random.below(4); n > 0; --n) items.push_back(random_value(random, element_of(type)));
    return make_list(element_of(type), items);
  }
  switch (type) {
    case Type::boolean:
      return random.chance(50);
    case Type::integer:
      return near ? random.between(-3, 6) : random.pick(kInts);
    case Type::floating:
      return near ? 0.5 * static_cast<double>(random.between(-4, 8)) : random.pick(kFloats);
    case Type::string:
      return random.pick(kTexts);
    case Type::time:
      return Time{near ? random.between(-3, 6) : random.pick(kSpans)};
    case Type::duration:
      return Duration{near ? random.between(-3, 6) : random.pick(kSpans)};
    default:
      return static_cast<Severity>(random.below(5));
  }
}

std::vector<Value> random_fields(Random& random) {
  std::vector<Value> values;
  for (const Type type : kTypes) {
    values.push_back(random_value(random, type));
    values.push_back(random.chance(30) ? Value{} : random_value(random, type));
  }
  values.resize(values.size() + kTypes.size());
  return values;
}

Expr random_expr(Random& random, Type type, int depth, const Readable& readable) {
  return Maker{random, readable}.any(type, depth);
}

}  // namespace tocsin::property
