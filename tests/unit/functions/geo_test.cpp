// Places: distances and polygons.
#include "tests/unit/functions/cases.hpp"

namespace tocsin::rules::testing {
namespace {

using enum Function;

double distance_of(double lat1, double lon1, double lat2, double lon2) {
  const Value result = value_of_constants(expr_of({distance, {lat1, lon1, lat2, lon2}, 0.0}));
  return events::is_null(result) ? -1 : std::get<double>(result);
}

TEST(Geo, Distance) {
  constexpr double kHalf = 20'015'114.35;  // half a great circle: pi * radius
  EXPECT_EQ(distance_of(52.5, 13.4, 52.5, 13.4), 0);
  EXPECT_NEAR(distance_of(0, 0, 0, 180), kHalf, 1);
  EXPECT_NEAR(distance_of(90, 0, -90, 0), kHalf, 1);
  EXPECT_NEAR(distance_of(52.5, 13.4, -52.5, -166.6), kHalf, 1);  // antipodes
  EXPECT_NEAR(distance_of(0, 0, 0, 1), 111'195.08, 0.1);
  EXPECT_NEAR(distance_of(0, 0, 1, 0), 111'195.08, 0.1);
  EXPECT_NEAR(distance_of(0, 179.5, 0, -179.5), 111'195.08, 0.1);  // over the antimeridian
  EXPECT_NEAR(distance_of(0, 359.5, 0, 0.5), 111'195.08, 0.1);
  EXPECT_NEAR(distance_of(90, 0, 90, 123), 0, 1e-6);                        // one pole, whatever its longitude
  EXPECT_NEAR(distance_of(48.8566, 2.3522, 52.52, 13.405), 877'465, 1000);  // Paris, Berlin
  EXPECT_NEAR(distance_of(40.6413, -73.7781, 51.47, -0.4543), 5'540'000, 10'000);
  EXPECT_NEAR(distance_of(0, 0, 0, 1e-9), 1.1e-4, 1e-5);
}

TEST(Geo, NoDistance) {
  expect({
      {distance, {90.5, 0_i, 0_i, 0_i}, kNull},
      {distance, {0_i, 0_i, -91_i, 0_i}, kNull},
      {distance, {0_i, 361_i, 0_i, 0_i}, kNull},
      {distance, {0_i, 0_i, 0_i, 1e308}, kNull},
      {distance, {kNull, 0_i, 0_i, 0_i}, kNull},
      {distance, {0_i, 0_i, 0_i, 0_i}, 0.0},
  });
}

using Points = std::vector<std::pair<double, double>>;

Value point(double latitude, double longitude) { return list(Type::floating, {latitude, longitude}); }
Value polygon(const Points& points) {
  std::vector<Value> items;
  for (const auto& [latitude, longitude] : points) items.push_back(point(latitude, longitude));
  return list(events::list_of(Type::floating), items);
}

TEST(Geo, Inside) {
  const Value square = polygon({{0, 0}, {0, 10}, {10, 10}, {10, 0}});
  const Value closed = polygon({{0, 0}, {0, 10}, {10, 10}, {10, 0}, {0, 0}});
  const Value hollow = polygon({{0, 0}, {0, 10}, {10, 10}, {10, 8}, {2, 8}, {2, 2}, {10, 2}, {10, 0}});
  const Value bow = polygon({{0, 0}, {10, 10}, {0, 10}, {10, 0}});
  for (const Value& each : {square, closed}) {
    expect({
        {inside, {point(5, 5), each}, true},
        {inside, {point(11, 5), each}, false},
        {inside, {point(5, -0.001), each}, false},
        {inside, {point(-5, 5), each}, false},
        // edges and corners belong to it
        {inside, {point(0, 5), each}, true},
        {inside, {point(10, 5), each}, true},
        {inside, {point(5, 0), each}, true},
        {inside, {point(5, 10), each}, true},
        {inside, {point(0, 0), each}, true},
        {inside, {point(10, 10), each}, true},
        // in line with an edge or a corner, outside
        {inside, {point(0, 11), each}, false},
        {inside, {point(0, -1), each}, false},
        {inside, {point(10, -1), each}, false},
    });
  }
  expect({
      {inside, {point(5, 5), hollow}, false},
      {inside, {point(1, 5), hollow}, true},
      {inside, {point(5, 1), hollow}, true},
      {inside, {point(5, 9), hollow}, true},
      {inside, {point(2, 5), hollow}, true},
      {inside, {point(5, 9), bow}, true},
      {inside, {point(2, 5), bow}, false},
      {inside, {point(9, 5), bow}, false},
      {inside, {list(Type::integer, {5_i, 5_i}), square}, true},
      {inside,
       {point(1, 1),
        list(events::list_of(Type::integer),
             {list(Type::integer, {0_i, 0_i}), list(Type::integer, {0_i, 3_i}), list(Type::integer, {3_i, 0_i})})},
       true},
  });
}

TEST(Geo, NoPolygon) {
  const Value square = polygon({{0, 0}, {0, 10}, {10, 10}, {10, 0}});
  expect({
      {inside, {list(Type::floating, {1.0}), square}, kNull},
      {inside, {list(Type::floating, {1.0, 2.0, 3.0}), square}, kNull},
      {inside, {list(Type::floating, {}), square}, kNull},
      {inside, {point(0, 0), polygon({{0, 0}, {1, 1}})}, kNull},
      {inside, {point(0, 0), polygon({})}, kNull},
      {inside,
       {point(0, 0), list(events::list_of(Type::floating), {point(0, 0), point(1, 1), list(Type::floating, {1.0})})},
       kNull},
      {inside, {kNull, square}, kNull},
      {inside, {point(0, 0), kNull}, kNull},
  });
}

}  // namespace
}  // namespace tocsin::rules::testing
