package io.cellgate.control.live;

import io.cellgate.dataplane.atlas.LiveAtlas;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the atlas: reads its files again when they were written anew, as their publishers' updaters do, and has
 * live flows judged by what they say. A file that cannot be read leaves the atlas as it was, and is reported.
 */
public final class AtlasKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AtlasKeeper.class);
    private static final int SECONDS = 5;

    private final LiveAtlas atlas;
    private final LiveEffects live;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-atlas").daemon().factory());

    private AtlasKeeper(LiveAtlas atlas, LiveEffects live) {
        this.atlas = atlas;
        this.live = live;
    }

    public static AtlasKeeper start(LiveAtlas atlas, LiveEffects live) {
        AtlasKeeper keeper = new AtlasKeeper(atlas, live);
        var _ = keeper.thread.scheduleWithFixedDelay(keeper::look, SECONDS, SECONDS,
                TimeUnit.SECONDS);
        return keeper;
    }

    private void look() {
        try {
            if (atlas.reloadIfChanged()) {
                log.info("read again: {}", atlas.current());
                live.policiesChanged(null);
            }
        } catch (IOException unreadable) {
            log.error("the atlas stays as it was: {}", unreadable.getMessage());
        } catch (RuntimeException failed) {
            log.error("the atlas was read again, and not all live sessions follow it", failed);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
