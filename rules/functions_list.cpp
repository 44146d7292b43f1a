// Functions of lists: how long one is, and what is in it.
#include "rules/functions_parts.hpp"
#include "rules/lists.hpp"

namespace tocsin::rules {

bool list_result(Function function, const Args& args, Slot& out) {
  const std::size_t list = function == Function::in_list ? 1 : 0;
  const Type element = events::element_of(args.types[list]);
  if (function == Function::length) {
    out = count_elements(element, args.text(list));
    return true;
  }
  const std::size_t wanted = 1 - list;
  const Slot slot = args.cells[wanted].slot;
  const auto* members = args.ready<Members>();
  if (members == nullptr) {
    out = events::slot_of(has_element(element, args.text(list), args.types[wanted], slot, args.texts));
  } else if (is_text(element)) {
    const std::string_view text = args.text(wanted);
    out = events::slot_of(members->texts.contains(absl::string_view(text.data(), text.size())));
  } else {
    out = events::slot_of(members->slots.contains(slot));
  }
  return true;
}

}  // namespace tocsin::rules
