package io.cellgate.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cellgate.control.Settings;
import io.cellgate.dataplane.atlas.AtlasFiles;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.packet.IpAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Files that are written anew beneath a running gateway. */
class AtlasKeeperTest {
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final AtomicInteger changes = new AtomicInteger();
    private int writes;
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void listen() {
        said.start();
        ((Logger) LoggerFactory.getLogger(AtlasKeeper.class)).addAppender(said);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(AtlasKeeper.class)).detachAppender(said);
    }

    private void write(Path file, String resource) throws IOException {
        try (InputStream in = Settings.class.getResourceAsStream(resource)) {
            long _ = Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        written(file);
    }

    /** Each time at another time, whatever the resolution of the file system's clock. */
    private void written(Path file) throws IOException {
        Path _ = Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * ++writes));
    }

    private static String country(LiveAtlas atlas) {
        InetAddress address = InetAddress.ofLiteral("198.51.100.7");
        return String.valueOf(
                atlas.current().country(IpAddresses.hi(address), IpAddresses.lo(address)));
    }

    private List<String> errors() {
        return said.list.stream().filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void writtenFile_isReadAgain_andABrokenOneLeavesWhatWasKnown_andIsNamed() throws IOException {
        Path file = folder.resolve("countries.mmdb");
        write(file, "countries.mmdb");
        LiveAtlas atlas = LiveAtlas.open(new AtlasFiles(file, null, List.of()));
        try (AtlasKeeper keeper = new AtlasKeeper(atlas, changes::incrementAndGet)) {
            keeper.look();
            assertThat(changes).as("nothing was written").hasValue(0);
            write(file, "countries-later.mmdb");
            keeper.look();
            assertThat(country(atlas)).isEqualTo("CH");
            assertThat(changes).as("live flows are judged by it").hasValue(1);
            assertThat(errors()).isEmpty();

            Path _ = Files.writeString(file, "half a down-load");
            written(file);
            keeper.look();
            keeper.look();
            assertThat(country(atlas)).as("what was known").isEqualTo("CH");
            assertThat(changes).hasValue(1);
            assertThat(errors()).as("told once").singleElement().asString()
                    .contains("stays as it was", file.toString());

            Files.delete(file);
            keeper.look();
            assertThat(country(atlas)).isEqualTo("CH");
            assertThat(errors()).hasSize(2);

            write(file, "countries.mmdb");
            keeper.look();
            assertThat(country(atlas)).isEqualTo("AT");
            assertThat(changes).hasValue(2);
        }
    }

    @Test
    void sessionsThatCannotFollow_doNotEndTheKeeping() throws IOException {
        Path file = folder.resolve("countries.mmdb");
        write(file, "countries.mmdb");
        LiveAtlas atlas = LiveAtlas.open(new AtlasFiles(file, null, List.of()));
        try (AtlasKeeper keeper = new AtlasKeeper(atlas, () -> {
            throw new IllegalStateException("the gateway is busy");
        })) {
            write(file, "countries-later.mmdb");
            keeper.look();
            assertThat(country(atlas)).isEqualTo("CH");
            assertThat(errors()).singleElement().asString().contains("not all live sessions");
            write(file, "countries.mmdb");
            keeper.look();
            assertThat(country(atlas)).isEqualTo("AT");
        }
    }
}
