// Sinks of bytes: files, compressed files, pipes, a full disk and a reader that went away.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/transports/streams.hpp"
#include "transports/stream.hpp"

namespace tocsin::transports {
namespace {

TEST(FileSinks, WriteWhatTheSourcesReadBack) {
  const Folder folder;
  Sockets sockets;
  const std::string text = numbered_lines(3000);
  for (const std::string name : {"out", "out.gz", "out.zst"}) {
    SCOPED_TRACE(name);
    const std::string path = folder.with(name, "what stood there before");
    auto sink = open_sink(path, sockets);
    ASSERT_TRUE(sink) << sink.error();
    EXPECT_EQ((*sink)->name(), path);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at) + 1;
      (*sink)->write(std::string_view(text).substr(at, end - at));
      if (++lines % 1000 == 0) (*sink)->flush();
      at = end;
    }
    (*sink)->close();
    auto source = open_source(path, sockets);
    ASSERT_TRUE(source) << source.error();
    const Reading got = read_stream(**source);
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.taken, text);
    EXPECT_EQ((*sink)->dropped(), 0U);
  }
}

TEST(FileSinks, FlushMakesAllBytesReadable) {
  const Folder folder;
  Sockets sockets;
  for (const std::string name : {"out", "out.gz", "out.zst"}) {
    SCOPED_TRACE(name);
    auto sink = open_sink(folder.at(name), sockets);
    ASSERT_TRUE(sink) << sink.error();
    (*sink)->write("first\n");
    EXPECT_EQ(bytes_of(folder.at(name)).find("first"), std::string::npos) << "small writes are gathered";
    (*sink)->flush();
    auto source = open_source(folder.at(name), sockets);
    ASSERT_TRUE(source) << source.error();
    EXPECT_EQ(read_stream(**source).taken, "first\n");
    (*sink)->close();
  }
}

TEST(FileSinks, LargeOutputIsWrittenBeforeAnybodyFlushes) {
  const Folder folder;
  Sockets sockets;
  auto sink = open_sink(folder.at("out"), sockets);
  ASSERT_TRUE(sink) << sink.error();
  (*sink)->write(std::string(StreamSink::kBuffer, 'x'));
  EXPECT_EQ(bytes_of(folder.at("out")).size(), StreamSink::kBuffer);
  (*sink)->close();
}

TEST(FileSinks, AFullDiskIsAnError) {
  Sockets sockets;
  auto sink = open_sink("/dev/full", sockets);
  ASSERT_TRUE(sink) << sink.error();
  (*sink)->write("line\n");
  try {
    (*sink)->flush();
    FAIL() << "flush() wrote to a full disk";
  } catch (const TransportError& error) {
    EXPECT_STREQ(error.what(), "cannot write `/dev/full`: No space left on device");
  }
}

TEST(FileSinks, ThatCannotBeOpenedSayWhy) {
  const Folder folder;
  Sockets sockets;
  const auto missing = open_sink(folder.at("no/out"), sockets);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().find("there is no folder `" + folder.at("no") + "`"), std::string::npos) << missing.error();
  const auto directory = open_sink(folder.at(""), sockets);
  ASSERT_FALSE(directory);
  EXPECT_NE(directory.error().find("Is a directory"), std::string::npos) << directory.error();
}

TEST(PipeSinks, AReaderThatWentAwayIsAnError) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  StreamSink sink(Descriptor(ends[1], true, "stdout"), Plain());
  ::close(ends[0]);
  sink.write("line\n");
  try {
    sink.flush();
    FAIL() << "flush() wrote to a closed pipe";
  } catch (const TransportError& error) {
    EXPECT_STREQ(error.what(), "cannot write `stdout`: Broken pipe");
  }
}

TEST(PipeSinks, PartialWritesToAPipeThatDoesNotBlockAreFinished) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const std::string text = numbered_lines(20'000);
  std::thread writer([&] {
    StreamSink sink(Descriptor(ends[1], true, "pipe"), Plain());
    sink.write(text);
    sink.close();
  });
  StreamSource source(Descriptor(ends[0], true, "pipe"), Plain());
  const Reading got = read_stream(source);
  writer.join();
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.taken, text);
}

}  // namespace
}  // namespace tocsin::transports
