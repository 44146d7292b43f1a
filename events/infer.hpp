// Sampled events → declarations of their types that read the sample without a dead letter.
//
// Takes what a decoder without declarations gives: rows of no type, with their bytes. Bounded: so many types, fields
// and distinct values; what is beyond is left out and told.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/node_hash_map.h>

#include "events/batch.hpp"
#include "events/cell_shape.hpp"
#include "events/csv_row.hpp"
#include "events/declarations.hpp"
#include "events/format.hpp"
#include "events/shape.hpp"
#include "events/structure.hpp"

namespace tocsin::events {

struct InferLimits {
  std::size_t types = 200;
  std::size_t places = 2000;  ///< of one type's data
};

class Inference {
 public:
  explicit Inference(Format format, InferLimits limits = {});

  /// The rows of a batch, as a decoder of this format and an empty schema fills it, at most `most` of them. `header`:
  /// the column names of CSV. Gives how many were taken.
  std::uint64_t add(const Batch& batch, const std::vector<std::string>& header, std::uint64_t most);

  /// In the order of coming.
  std::vector<FoundType> found() const;
  /// Events whose types were too many.
  std::uint64_t beyond_types() const { return beyond_types_; }

 private:
  struct Sample {
    std::string wire;
    std::uint64_t events = 0;
    std::uint64_t without_object = 0;  ///< whose data is neither an object nor absent
    Shape data;
    std::unique_ptr<ShapeReader> reader;
    std::vector<CellShape> cells;  ///< by column
  };

  Sample* sample_of(std::string_view wire);
  void add_json(std::string_view event);
  void add_row(std::string_view row, const std::vector<std::string>& header);
  FoundType found_json(const Sample& sample) const;
  FoundType found_csv(const Sample& sample) const;
  void leave_out_envelope(std::vector<FoundField>& fields, std::vector<std::string>& path) const;

  Format format_;
  Mapping mapping_;  ///< of CloudEvents: as if they were mapped
  InferLimits limits_;
  std::vector<std::unique_ptr<Sample>> samples_;
  absl::node_hash_map<std::string, Sample*> by_wire_;
  std::uint64_t beyond_types_ = 0;
  std::vector<std::string> header_;
  std::vector<CsvCell> cells_;
  StructuralIndex index_;
  std::string copy_;
  std::string scratch_;
};

}  // namespace tocsin::events
