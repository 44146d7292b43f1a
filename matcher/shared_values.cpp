#include "matcher/shared_values.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "events/assert.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Type;

namespace {

/// A bijection that spreads the bits (Steele, Lea and Flood, OOPSLA 2014), so that tries stay flat.
std::uint64_t mixed(Slot slot) {
  slot = (slot ^ (slot >> 30)) * 0xbf58476d1ce4e5b9U;
  slot = (slot ^ (slot >> 27)) * 0x94d049bb133111ebU;
  return slot ^ (slot >> 31);
}

bool is_symbol(Type type) { return type == Type::string || events::is_list(type); }

/// Whether a field of this type can have the slot.
bool possible(Type type, Slot slot) {
  switch (type) {
    case Type::boolean:
      return slot <= 1;
    case Type::severity:
      return slot < events::kSeverityNames.size();
    case Type::floating:
      return std::isfinite(events::float_of(slot));
    default:
      return true;
  }
}

bool is_type(std::uint8_t number) {
  return number / events::kListStep <= events::kMaxListDepth &&
         number % events::kListStep <= static_cast<std::uint8_t>(Type::severity);
}

}  // namespace

SharedValues::SharedValues() : nodes_(1), known_(0, Hash{this}, Same{this}) {}

std::size_t SharedValues::Hash::operator()(const Node& node) const {
  const std::uint64_t refers = (std::uint64_t{node.left} << 32) | node.right;
  const auto what = (static_cast<std::uint64_t>(node.form) << 8) | static_cast<std::uint64_t>(node.type);
  return mixed(node.slot + mixed(refers + mixed(what)));
}

ValuesId SharedValues::make(const Node& wanted) {
  if (const auto found = known_.find(wanted); found != known_.end()) {
    retain(*found);
    return *found;
  }
  ValuesId id = 0;
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
  } else {
    id = static_cast<ValuesId>(nodes_.size());
    TOCSIN_ASSERT(id != ValuesWriter::kNoPlace);
    nodes_.emplace_back();
  }
  Node& node = nodes_[id] = wanted;
  node.references = 1;
  node.size = (node.form == Form::branch ? 0U : 1U) + size(node.left) + size(node.right);
  retain(node.left);
  retain(node.right);
  known_.insert(id);
  return id;
}

void SharedValues::free(ValuesId id) {
  std::vector<ValuesId> unused{id};
  while (!unused.empty()) {
    id = unused.back();
    unused.pop_back();
    known_.erase(id);
    free_.push_back(id);
    for (const ValuesId below : {nodes_[id].left, nodes_[id].right})
      if (below != kNoValues && --nodes_[below].references == 0) unused.push_back(below);
  }
}

ValuesId SharedValues::append(ValuesId values, Type type, Slot value) {
  const ValuesId longer = make({.left = values, .slot = value, .form = Form::cell, .type = type});
  release(values);
  return longer;
}

ValuesId SharedValues::make_branch(std::uint64_t bit, ValuesId clear, ValuesId set) {
  return make({.left = clear, .right = set, .slot = bit, .form = Form::branch, .type = nodes_[clear].type});
}

ValuesId SharedValues::insert_below(ValuesId at, const Node& leaf, std::uint64_t value, std::uint64_t bit) {
  const Node node = nodes_[at];
  if (node.form == Form::leaf || node.slot < bit) {
    const ValuesId added = make(leaf);
    const ValuesId both = (value & bit) != 0 ? make_branch(bit, at, added) : make_branch(bit, added, at);
    release(added);
    return both;
  }
  const bool set = (value & node.slot) != 0;
  const ValuesId below = insert_below(set ? node.right : node.left, leaf, value, bit);
  const ValuesId changed = set ? make_branch(node.slot, node.left, below) : make_branch(node.slot, below, node.right);
  release(below);
  return changed;
}

ValuesId SharedValues::insert(ValuesId values, Type type, Slot value) {
  if (type == Type::floating && events::float_of(value) == 0) value = 0;
  const Node leaf{.slot = value, .form = Form::leaf, .type = type};
  if (values == kNoValues) return make(leaf);
  const std::uint64_t bits = mixed(value);
  ValuesId at = values;
  while (nodes_[at].form == Form::branch) at = (bits & nodes_[at].slot) != 0 ? nodes_[at].right : nodes_[at].left;
  const std::uint64_t differs = bits ^ mixed(nodes_[at].slot);
  if (differs == 0) return values;
  const ValuesId larger = insert_below(values, leaf, bits, std::bit_floor(differs));
  release(values);
  return larger;
}

std::vector<Slot> SharedValues::values_of(ValuesId values) const {
  std::vector<Slot> all(size(values));
  auto place = all.rbegin();
  std::vector<ValuesId> rest{values};
  while (place != all.rend()) {
    const Node& node = nodes_[rest.back()];
    rest.pop_back();
    if (node.form != Form::branch) *place++ = node.slot;
    if (node.left != kNoValues) rest.push_back(node.left);
    if (node.right != kNoValues) rest.push_back(node.right);
  }
  return all;
}

void SharedValues::mark_symbols(std::vector<std::uint64_t>& held) const {
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.references == 0 || node.form == Form::branch || !is_symbol(node.type)) continue;
    const std::uint32_t symbol = events::index_of(events::symbol_of(node.slot));
    held[symbol >> 6] |= std::uint64_t{1} << (symbol & 63);
  }
}

void ValuesWriter::add(ValuesId values) {
  if (values == kNoValues) return;
  std::vector<ValuesId> added;
  const bool list = values_.kind_of(values) == SharedValues::Kind::list;
  for (; values != kNoValues && !places_.contains(values); values = list ? values_.before(values) : kNoValues)
    added.push_back(values);
  for (std::size_t i = added.size(); i-- > 0;) {
    places_[added[i]] = static_cast<std::uint32_t>(order_.size());
    order_.push_back(added[i]);
  }
}

void ValuesWriter::put(std::string& out, const events::SymbolTable& symbols) const {
  events::put(out, static_cast<std::uint32_t>(order_.size()));
  for (const ValuesId id : order_) {
    const SharedValues::Kind kind = values_.kind_of(id);
    const Type type = values_.type_of(id);
    const auto value = [&](Slot slot) {
      if (is_symbol(type))
        events::put_text(out, symbols.text(events::symbol_of(slot)));
      else
        events::put(out, slot);
    };
    events::put(out, static_cast<std::uint8_t>(kind));
    events::put(out, static_cast<std::uint8_t>(type));
    if (kind == SharedValues::Kind::list) {
      events::put(out, place(values_.before(id)));
      value(values_.newest(id));
    } else {
      events::put(out, values_.size(id));
      std::vector<Slot> slots = values_.values_of(id);
      std::sort(slots.begin(), slots.end(), [&](Slot a, Slot b) {
        if (!is_symbol(type)) return a < b;
        return symbols.text(events::symbol_of(a)) < symbols.text(events::symbol_of(b));
      });
      for (const Slot slot : slots) value(slot);
    }
  }
}

ValuesReader::~ValuesReader() {
  for (const ValuesId values : entries_) values_.release(values);
}

bool ValuesReader::read(events::ByteReader& in, events::SymbolTable& symbols) {
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count)
    if (!read_entry(in, symbols)) return false;
  return in.good;
}

bool ValuesReader::read_entry(events::ByteReader& in, events::SymbolTable& symbols) {
  const auto kind = in.get<std::uint8_t>();
  const auto number = in.get<std::uint8_t>();
  if (!in.good || kind > 1 || !is_type(number)) return false;
  const auto type = static_cast<Type>(number);
  bool good = true;
  const auto value = [&] {
    const Slot slot = is_symbol(type) ? events::slot_of(symbols.intern(in.text())) : in.get<Slot>();
    good = in.good && possible(type, slot);
    return slot;
  };
  ValuesId read = kNoValues;
  if (static_cast<SharedValues::Kind>(kind) == SharedValues::Kind::list) {
    const auto place = in.get<std::uint32_t>();
    if (place != ValuesWriter::kNoPlace && !take(place, SharedValues::Kind::list, type, read)) return false;
    const Slot slot = value();
    if (good) read = values_.append(read, type, slot);
  } else {
    for (auto count = in.get<std::uint32_t>(); count > 0 && good; --count) {
      const Slot slot = value();
      if (good) read = values_.insert(read, type, slot);
    }
    good = good && in.good && read != kNoValues;
  }
  if (read != kNoValues) entries_.push_back(read);
  return good;
}

bool ValuesReader::take(std::uint32_t place, SharedValues::Kind kind, Type type, ValuesId& out) {
  out = kNoValues;
  if (place == ValuesWriter::kNoPlace) return true;
  if (place >= entries_.size()) return false;
  const ValuesId found = entries_[place];
  if (values_.kind_of(found) != kind || values_.type_of(found) != type) return false;
  values_.retain(found);
  out = found;
  return true;
}

}  // namespace tocsin::matcher
