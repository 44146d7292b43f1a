// Sources of bytes: plain files, .gz, .zst, pipes; whole, empty, cut off, damaged and missing.
#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/unit/transports/streams.hpp"
#include "transports/stream.hpp"

namespace tocsin::transports {
namespace {

Reading read_file(const std::string& path, std::size_t read_size = 0) {
  auto file = open_to_read(path);
  if (!file) {
    Reading nothing;
    nothing.error = file.error();
    return nothing;
  }
  StreamSource source(std::move(*file), decompressor_for(path), read_size);
  return read_stream(source);
}

TEST(Files, GiveTheirBytesOnceWhateverTheReadSize) {
  const Folder folder;
  const std::string text = numbered_lines(300);
  const std::string half(text.substr(0, 5000));
  const std::string rest(text.substr(5000));
  struct Case {
    std::string name, stored, want;
  };
  const Case cases[] = {
      {"plain", text, text},
      {"no-newline-at-end", text.substr(0, text.size() - 1), text.substr(0, text.size() - 1)},
      {"empty", "", ""},
      {"one-byte", "x", "x"},
      {"one.gz", gzipped(text), text},
      {"members.gz", gzipped(half) + gzipped("") + gzipped(rest), text},
      {"padded.gz", gzipped(text) + std::string(512, '\0'), text},
      {"nothing-in-it.gz", gzipped(""), ""},
      {"one.zst", zstd_packed(text), text},
      {"frames.zst", zstd_packed(half) + zstd_packed("") + zstd_packed(rest), text},
      {"skippable.zst", std::string("\x50\x2a\x4d\x18\x03\0\0\0abc", 11) + zstd_packed(text), text},
      {"nothing-in-it.zst", zstd_packed(""), ""},
  };
  for (const Case& c : cases) {
    const std::string path = folder.with(c.name, c.stored);
    for (const std::size_t read_size : {0U, 1U, 2U, 7U, 100U, 4096U}) {
      SCOPED_TRACE(c.name + ", read size " + std::to_string(read_size));
      const Reading got = read_file(path, read_size);
      EXPECT_EQ(got.error, "");
      EXPECT_EQ(got.taken, c.want);
      EXPECT_EQ(got.last_pieces, 1U);
    }
  }
}

TEST(Files, AValueMuchLongerThanAReadIsReadInGrowingPieces) {
  const Folder folder;
  const std::string text(1U << 20, 'x');
  const Reading got = read_file(folder.with("long", text), 64);
  EXPECT_EQ(got.taken, text);
  EXPECT_LE(got.pieces, 20U) << "each read should be as long as the carry";
}

TEST(Files, HighlyPackedDataIsGivenPieceByPiece) {
  const Folder folder;
  const std::string text(std::size_t{8} << 20, '\n');
  for (const auto& [name, stored] : {std::pair{"zeros.gz", gzipped(text)}, std::pair{"zeros.zst", zstd_packed(text)}}) {
    const Reading got = read_file(folder.with(name, stored));
    EXPECT_EQ(got.taken, text) << name;
    EXPECT_GE(got.pieces, text.size() / StreamSource::kFileRead) << name;
  }
}

TEST(Files, BrokenOnesGiveWhatWasGoodThenTheError) {
  const Folder folder;
  const std::string text = numbered_lines(5000);
  const std::string gz = gzipped(text);
  const std::string zst = zstd_packed(text);
  std::string flipped_gz = gz;
  flipped_gz[gz.size() - 6] = static_cast<char>(flipped_gz[gz.size() - 6] ^ 0x55);
  std::string flipped_zst = zst;
  flipped_zst[zst.size() - 2] = static_cast<char>(flipped_zst[zst.size() - 2] ^ 0x55);
  struct Case {
    std::string name, stored, want_error;
    bool want_bytes;
  };
  const Case cases[] = {
      {"cut.gz", gz.substr(0, gz.size() / 2), "cut off at byte " + std::to_string(gz.size() / 2), true},
      {"cut-trailer.gz", gz.substr(0, gz.size() - 1), "cut off at byte " + std::to_string(gz.size() - 1), true},
      {"cut-in-second.gz", gz + gz.substr(0, 20), "cut off at byte " + std::to_string(gz.size() + 20), true},
      {"checksum.gz", flipped_gz, "damaged near byte", true},
      {"garbage-after.gz", gz + "garbage", "damaged near byte", true},
      {"no-gzip.gz", text, "damaged near byte", false},
      {"empty.gz", "", "cut off at byte 0", false},
      {"cut.zst", zst.substr(0, zst.size() - 5), "cut off at byte " + std::to_string(zst.size() - 5), true},
      {"checksum.zst", flipped_zst, "damaged near byte", true},
      {"no-zstd.zst", text, "damaged near byte 0", false},
      {"empty.zst", "", "cut off at byte 0", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string path = folder.with(c.name, c.stored);
    const Reading got = read_file(path);
    EXPECT_NE(got.error.find(c.want_error), std::string::npos)
        << "expected …" << c.want_error << "…, got " << got.error;
    EXPECT_NE(got.error.find(path), std::string::npos) << got.error;
    EXPECT_EQ(got.last_pieces, 1U);
    EXPECT_EQ(!got.taken.empty(), c.want_bytes);
    EXPECT_EQ((text + text).substr(0, got.taken.size()), got.taken) << "only good bytes";
  }
}

TEST(Files, TellTheirSizeAndHowFarTheyAre) {
  const Folder folder;
  Sockets sockets;
  const std::string text = numbered_lines(20'000);
  for (const auto& [name, stored] : {std::pair{"a", text}, std::pair{"a.gz", gzipped(text)}}) {
    const std::string path = folder.with(name, stored);
    auto source = open_source(path, sockets);
    ASSERT_TRUE(source) << source.error();
    EXPECT_EQ((*source)->name(), path);
    EXPECT_EQ((*source)->size(), stored.size());
    EXPECT_EQ((*source)->consumed(), 0U);
    EXPECT_EQ((*source)->descriptor(), -1);
    EXPECT_FALSE((*source)->live());
    EXPECT_EQ((*source)->peers(), 1U);
    read_stream(**source);
    EXPECT_EQ((*source)->consumed(), stored.size());
    events::Arena arena;
    std::vector<Frame> frames;
    EXPECT_EQ((*source)->read(arena, {}, frames), ReadStatus::end) << "the end stays the end";
  }
}

TEST(Files, ThatCannotBeOpenedSayWhyAndWhatIsNear) {
  const Folder folder;
  Sockets sockets;
  folder.with("plant-a.ndjson", "{}");
  struct Case {
    std::string uri, want;
  };
  const Case cases[] = {
      {folder.at("plant-b.ndjson"), "No such file or directory (did you mean `" + folder.at("plant-a.ndjson") + "`?)"},
      {folder.at("quite-another-name"), "No such file or directory"},
      {folder.at("no/such/folder"), "there is no folder `" + folder.at("no/such") + "`"},
      {folder.at(""), "Is a directory"},
      {"file://" + folder.at("plant-c.ndjson"), "did you mean"},
  };
  for (const Case& c : cases) {
    auto source = open_source(c.uri, sockets);
    ASSERT_FALSE(source) << c.uri;
    EXPECT_NE(source.error().find(c.want), std::string::npos) << "expected …" << c.want << "…, got " << source.error();
  }
  EXPECT_EQ(open_source(folder.at("quite-another-name"), sockets).error().find("mean"), std::string::npos);
}

/// Both ends of a pipe as a stream source and a descriptor to write to.
struct Pipe {
  explicit Pipe(Decompressor decompressor = Plain()) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    source = std::make_unique<StreamSource>(Descriptor(ends[0], true, "pipe"), std::move(decompressor));
    writer = ends[1];
  }
  ~Pipe() {
    if (writer >= 0) ::close(writer);
  }
  void put(std::string_view bytes) const {
    EXPECT_EQ(::write(writer, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void end() { ::close(std::exchange(writer, -1)); }

  std::unique_ptr<StreamSource> source;
  int writer = -1;
};

TEST(Pipes, GiveWhatThereIsAndAreIdleWhenThereIsNothing) {
  Pipe pipe;
  events::Arena arena;
  std::vector<Frame> frames;
  EXPECT_EQ(pipe.source->size(), std::nullopt);
  EXPECT_EQ(pipe.source->read(arena, {}, frames), ReadStatus::idle);
  pipe.put("{\"a\":1}\n{\"b\"");
  ASSERT_EQ(pipe.source->read(arena, {}, frames), ReadStatus::data);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].bytes, "{\"a\":1}\n{\"b\"");
  EXPECT_FALSE(frames[0].last);
  EXPECT_EQ(frames[0].position.line, 1U);
  EXPECT_EQ(pipe.source->read(arena, "{\"b\"", frames), ReadStatus::idle);
  pipe.put(":2}");
  ASSERT_EQ(pipe.source->read(arena, "{\"b\"", frames), ReadStatus::data);
  EXPECT_EQ(frames.back().bytes, "{\"b\":2}");
  EXPECT_EQ(frames.back().position.offset, 12U);
  pipe.end();
  ASSERT_EQ(pipe.source->read(arena, "{\"b\":2}", frames), ReadStatus::data);
  EXPECT_EQ(frames.back().bytes, "{\"b\":2}");
  EXPECT_TRUE(frames.back().last);
  EXPECT_EQ(pipe.source->read(arena, {}, frames), ReadStatus::end);
}

TEST(Pipes, PackedBytesThatWereReadAreGivenWithoutWaitingForMore) {
  Pipe pipe{Gunzip()};
  const std::string text(3 * StreamSource::kFileRead, '\n');
  pipe.put(gzipped(text));
  events::Arena arena;
  std::size_t got = 0;
  while (got < text.size()) {
    ASSERT_EQ(wait({pipe.source.get()}, -1, 0).size(), 1U) << "after " << got << " bytes";
    std::vector<Frame> frames;
    ASSERT_EQ(pipe.source->read(arena, {}, frames), ReadStatus::data);
    got += frames[0].bytes.size();
  }
  EXPECT_EQ(got, text.size());
  std::vector<Frame> frames;
  EXPECT_EQ(pipe.source->read(arena, {}, frames), ReadStatus::idle);
  EXPECT_TRUE(wait({pipe.source.get()}, -1, 0).empty());
  pipe.end();
  EXPECT_EQ(pipe.source->read(arena, {}, frames), ReadStatus::data);
  EXPECT_TRUE(frames.back().last);
}

TEST(Pipes, AReadErrorComesAfterTheLastPiece) {
  const Folder folder;
  const std::string path = folder.with("write-only", "text");
  StreamSource source(Descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC), true, path), Plain());
  const Reading got = read_stream(source);
  EXPECT_EQ(got.last_pieces, 1U);
  EXPECT_EQ(got.error, "cannot read `" + path + "`: Bad file descriptor");
}

}  // namespace
}  // namespace tocsin::transports
