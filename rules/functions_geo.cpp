// Places on the earth: great circles by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984), polygons in
// the plane of degrees by counting the edges that a ray crosses (M. Shimrat, Algorithm 112, CACM 1962).
#include <algorithm>
#include <numbers>

#include "rules/functions_parts.hpp"
#include "rules/lists.hpp"

namespace tocsin::rules {

namespace {

constexpr double kRadius = 6'371'008.8;  // metres

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

bool distance(const Args& args, Slot& out) {
  const Point a{args.number(0), args.number(1)};
  const Point b{args.number(2), args.number(3)};
  for (const Point& each : {a, b})
    if (std::fabs(each.latitude) > 90 || std::fabs(each.longitude) > 360) return false;
  const double north = std::sin(radians(b.latitude - a.latitude) / 2);
  const double east = std::sin(radians(b.longitude - a.longitude) / 2);
  const double h = north * north + std::cos(radians(a.latitude)) * std::cos(radians(b.latitude)) * east * east;
  return finite(2 * kRadius * std::asin(std::sqrt(std::min(h, 1.0))), out);
}

/// The point lies on the line from a to b, ends included.
bool on_edge(const Point& point, const Point& a, const Point& b) {
  const auto between = [](double x, double from, double to) {
    return x >= std::min(from, to) && x <= std::max(from, to);
  };
  return (b.longitude - a.longitude) * (point.latitude - a.latitude) ==
             (b.latitude - a.latitude) * (point.longitude - a.longitude) &&
         between(point.latitude, a.latitude, b.latitude) && between(point.longitude, a.longitude, b.longitude);
}

bool is_inside(const Point& point, const std::vector<Point>& corners) {
  bool inside = false;
  for (std::size_t i = 0, before = corners.size() - 1; i < corners.size(); before = i++) {
    const Point& a = corners[before];
    const Point& b = corners[i];
    if (on_edge(point, a, b)) return true;
    if ((a.latitude > point.latitude) == (b.latitude > point.latitude)) continue;
    const double crossing =
        a.longitude + (point.latitude - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude);
    if (point.longitude < crossing) inside = !inside;
  }
  return inside;
}

bool point_of(Type list, std::string_view bytes, Point& point) {
  const Type element = events::element_of(list);
  if (count_elements(element, bytes) != 2) return false;
  point.latitude = as_float(element, take_item(element, bytes).slot);
  point.longitude = as_float(element, take_item(element, bytes).slot);
  return true;
}

bool inside(const Args& args, Slot& out) {
  Point point;
  if (!point_of(args.types[0], args.text(0), point)) return false;
  const auto* ready = args.ready<std::vector<Point>>();
  std::vector<Point> made;
  if (ready == nullptr && !points_of(args.types[1], args.text(1), made)) return false;
  const std::vector<Point>& corners = ready != nullptr ? *ready : made;
  if (corners.size() < 3) return false;
  out = events::slot_of(is_inside(point, corners));
  return true;
}

}  // namespace

bool points_of(Type list, std::string_view bytes, std::vector<Point>& points) {
  const Type element = events::element_of(list);
  while (!bytes.empty())
    if (!point_of(element, take_item(element, bytes).text, points.emplace_back())) return false;
  return true;
}

bool geo_result(Function function, const Args& args, Slot& out) {
  return function == Function::distance ? distance(args, out) : inside(args, out);
}

}  // namespace tocsin::rules
