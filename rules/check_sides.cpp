#include "rules/check_sides.hpp"

#include <algorithm>

namespace tocsin::rules::checking {
namespace {

/// The sides that have one name.
struct Alike {
  std::vector<const syntax::Step*> sides;
  std::set<std::string_view> types;
  bool any = false;  ///< `_`

  void add(const syntax::Step& side) {
    sides.push_back(&side);
    for (const syntax::Name& type : side.event.types) types.insert(type.text);
    any = any || side.event.any;
  }
  bool is_called_as(const syntax::Step& side) const {
    const std::optional<syntax::Name>& name = sides.front()->name;
    return name.has_value() == side.name.has_value() && (!name || name->text == side.name->text);
  }
  /// No event could fit both.
  bool is_apart(const syntax::Step& side) const {
    return !any && !side.event.any &&
           std::none_of(side.event.types.begin(), side.event.types.end(),
                        [this](const syntax::Name& type) { return types.contains(type.text); });
  }
};

/// Further back than so many names no side is looked for.
constexpr std::ptrdiff_t kNamesBetween = 32;

}  // namespace

std::optional<std::uint32_t> NamePlaces::add(std::uint32_t step, const std::vector<SideDraft>& around,
                                             const std::vector<Split>& splits) {
  Place* place = &places_[{}];
  std::vector<std::uint32_t> path;
  for (const SideDraft& side : around) {
    const bool known = place->split.has_value();
    if (place->ends || (known && *place->split != side.split)) return place->step;
    place->split = side.split;
    place->step = place->step.value_or(step);
    path.push_back(side.side);
    const auto [inner, is_new] = places_.try_emplace(path);
    if (known && is_new && splits[side.split] == Split::both) return place->step;
    place = &inner->second;
  }
  if (place->step) return place->step;
  place->step = step;
  place->ends = true;
  return std::nullopt;
}

std::vector<std::vector<const syntax::Step*>> joined_by_name(const std::vector<const syntax::Step*>& sides) {
  std::vector<Alike> named_alike;
  for (const syntax::Step* side : sides) {
    const auto end = named_alike.rbegin() + std::min(std::ssize(named_alike), kNamesBetween);
    auto place = std::find_if(named_alike.rbegin(), end, [&](const Alike& alike) { return alike.is_called_as(*side); });
    if (place == end ||
        !std::all_of(named_alike.rbegin(), place, [&](const Alike& alike) { return alike.is_apart(*side); })) {
      named_alike.emplace_back();
      place = named_alike.rbegin();
    }
    place->add(*side);
  }
  std::vector<std::vector<const syntax::Step*>> joined;
  for (Alike& alike : named_alike) joined.push_back(std::move(alike.sides));
  return joined;
}

}  // namespace tocsin::rules::checking
