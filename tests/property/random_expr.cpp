// One function for each type of result; each picks among the operations that give it.
#include "tests/property/random_expr.hpp"

#include <limits>
#include <string>

#include "tests/oracle/make.hpp"

namespace tocsin::property {
namespace {

using namespace oracle::make;
using events::Duration;
using events::Time;
using events::Value;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t k2p53 = std::int64_t{1} << 53;

constexpr std::array<std::int64_t, 14> kInts = {0,    1,    -1,       2,     3,        7, -5, 10, 1'000'000'000,
                                                kMax, kMin, kMax - 1, k2p53, k2p53 + 1};
constexpr std::array<double, 16> kFloats = {0.0,   -0.0,   0.5,    1.0,    -1.5,   2.0,    3.0,     0.1,
                                            1e308, -1e308, 1e-300, 5e-324, 0x1p53, 0x1p63, -0x1p63, 2.5};
constexpr std::array<std::int64_t, 10> kSpans = {0,    1,   -1, 7, 5, 1'000'000'000, -1'000'000'000, 3'600'000'000'000,
                                                 kMax, kMin};
constexpr std::array kTypes = {Type::boolean, Type::integer, Type::floating, Type::string, Type::time, Type::duration};
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
      return of == type && of != Type::boolean && of != Type::string;
    default:
      return of == type;
  }
}

struct Maker {
  Random& random;
  const Readable& readable;

  Expr any(Type type, int depth) {
    if (depth <= 0 || random.chance(15)) return leaf(type);
    if (random.chance(12)) return coalesce(any(type, depth - 1), any(type, depth - 1));
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
        break;
    }
    return leaf(type);
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
    switch (random.below(8)) {
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
    const bool ordered = left != Type::boolean && random.chance(60);
    return truth(ordered ? random.pick(kOrders) : random.pick(kEqualities), {any(left, depth), any(right, depth)});
  }

  Expr integer(int depth) {
    if (random.chance(15)) return node(Op::negate, Type::integer, {any(Type::integer, depth)});
    return node(random.pick(kWholeOps), Type::integer, {any(Type::integer, depth), any(Type::integer, depth)});
  }

  Expr floating(int depth) {
    switch (random.below(7)) {
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
    switch (random.below(7)) {
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
    const std::string name = std::string(events::name_of(of)) + suffix;
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

std::uint32_t field_of(Type type, bool optional) { return 2 * static_cast<std::uint32_t>(type) + (optional ? 1 : 0); }
std::uint32_t spare_field_of(Type type) { return 12 + static_cast<std::uint32_t>(type); }

Value random_value(Random& random, Type type) {
  static const std::vector<std::string> kTexts = {"", "a", "ab", "b", "Z", "\xc3\xa4"};
  const bool near = random.chance(40);
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
  }
  return {};
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
