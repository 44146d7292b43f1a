#include "matcher/list_values.hpp"

#include "matcher/kept_values.hpp"

namespace tocsin::matcher {

using events::Slot;

Cell value_of_kept(const AggregateValue& value, const Accumulator& accumulator, Slot word, const KeptValues& kept,
                   rules::Texts&, std::uint64_t& nulls) {
  if (accumulator.kind == Accumulator::Kind::counts && value.fn != rules::AggregateFn::approx_top)
    return {kept.objects().counts[word].size(), true};
  ++nulls;
  return {};
}

}  // namespace tocsin::matcher
