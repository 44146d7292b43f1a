#include "events/field_tree.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tocsin::events {
namespace {

/// RFC 6901: digits without a leading zero.
std::optional<std::uint64_t> array_index(std::string_view name) {
  if (name.empty() || (name.size() > 1 && name[0] == '0')) return std::nullopt;
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return index;
}

std::int32_t child_of(FieldTree& tree, std::int32_t parent, const std::string& name) {
  for (const FieldTree::Child& child : tree.nodes[static_cast<std::size_t>(parent)].children)
    if (child.name == name) return child.node;
  const auto node = static_cast<std::int32_t>(tree.nodes.size());
  tree.nodes.emplace_back();
  FieldTree::Node& owner = tree.nodes[static_cast<std::size_t>(parent)];
  owner.children.push_back({name, node});
  if (const auto index = array_index(name)) owner.elements.push_back({*index, node});
  return node;
}

}  // namespace

FieldTree::FieldTree(const EventType& type) : nodes(1), fields(type.fields.size()) {
  for (std::uint32_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].attribute) continue;
    std::int32_t node = 0;
    for (const std::string& token : type.fields[i].path) node = child_of(*this, node, token);
    nodes[static_cast<std::size_t>(node)].fields.push_back(i);
    if (type.fields[i].stored) stored.push_back(i);
    if (!type.fields[i].optional) required.push_back(i);
  }
  for (Node& node : nodes) {
    std::sort(node.children.begin(), node.children.end(),
              [](const Child& a, const Child& b) { return a.name < b.name; });
    std::sort(node.elements.begin(), node.elements.end(),
              [](const Element& a, const Element& b) { return a.index < b.index; });
  }
}

std::int32_t FieldTree::Node::find(std::string_view name) const {
  const auto at = std::lower_bound(children.begin(), children.end(), name,
                                   [](const Child& child, std::string_view wanted) { return child.name < wanted; });
  return at != children.end() && at->name == name ? at->node : kNothing;
}

}  // namespace tocsin::events
