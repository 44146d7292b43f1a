// Slots of one evaluation as values that outlive it, and back.
#include "rules/texts.hpp"

#include "rules/overloaded.hpp"

namespace tocsin::rules {

events::Value Texts::value_of(events::Type type, events::Slot slot) const {
  if (events::is_list(type)) return events::List{events::element_of(type), std::string(text(slot))};
  switch (type) {
    case events::Type::boolean:
      return slot != 0;
    case events::Type::integer:
      return events::int_of(slot);
    case events::Type::floating:
      return events::float_of(slot);
    case events::Type::time:
      return events::Time{events::int_of(slot)};
    case events::Type::duration:
      return events::Duration{events::int_of(slot)};
    case events::Type::severity:
      return static_cast<events::Severity>(slot);
    default:
      return std::string(text(slot));
  }
}

events::Slot Texts::slot_of(const events::Value& value) {
  return std::visit(overloaded{
                        [](std::monostate) { return events::Slot{0}; },
                        [](events::Time time) { return events::slot_of(time.ns); },
                        [](events::Duration duration) { return events::slot_of(duration.ns); },
                        [](events::Severity severity) { return static_cast<events::Slot>(severity); },
                        [&](const std::string& text) { return store(text); },
                        [&](const events::List& list) { return store(list.bytes); },
                        [](auto plain) { return events::slot_of(plain); },
                    },
                    value);
}

}  // namespace tocsin::rules
