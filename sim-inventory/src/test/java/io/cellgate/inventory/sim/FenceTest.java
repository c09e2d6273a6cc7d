package io.cellgate.inventory.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.place.Area;
import io.cellgate.inventory.place.CellId;
import io.cellgate.inventory.place.GeoPoint;
import io.cellgate.inventory.place.Place;
import io.cellgate.inventory.place.Shape;
import io.cellgate.policy.subject.Plmn;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FenceTest {
    private static final GeoPoint GRAZ = new GeoPoint(47.0707, 15.4395);
    private static final GeoPoint VIENNA = new GeoPoint(48.2082, 16.3738);

    private static Fence of(List<Shape> shapes) {
        return new Fence(Set.of(), Set.of(), Set.of(), Set.of(), shapes, false);
    }

    private static Place at(@Nullable GeoPoint point) {
        return new Place("AT", Plmn.parse("23203"), 801, CellId.parse("23203-801-86"), point);
    }

    @Test
    void circle_holdsWhatIsWithinItsRadius() {
        // the way from Graz to Vienna is 145 km
        assertThat(GRAZ.metresTo(VIENNA)).isBetween(143_000.0, 147_000.0);
        Fence within = of(List.of(new Shape.Circle(GRAZ, 150_000)));
        assertThat(within.judge(at(VIENNA))).isEqualTo(Fence.Verdict.INSIDE);
        Fence without = of(List.of(new Shape.Circle(GRAZ, 140_000)));
        assertThat(without.judge(at(VIENNA))).isEqualTo(Fence.Verdict.OUTSIDE);
        assertThat(without.judge(at(null))).isEqualTo(Fence.Verdict.UNKNOWN);
    }

    @Test
    void polygon_holdsWhatIsWithin_alsoWhereItIsNotConvex() {
        // a U, open to the north
        Shape u = new Shape.Polygon(List.of(new GeoPoint(0, 0), new GeoPoint(0, 30),
                new GeoPoint(20, 30), new GeoPoint(20, 20), new GeoPoint(10, 20),
                new GeoPoint(10, 10), new GeoPoint(20, 10), new GeoPoint(20, 0)));
        assertThat(u.contains(new GeoPoint(5, 15))).isTrue();
        assertThat(u.contains(new GeoPoint(15, 5))).isTrue();
        assertThat(u.contains(new GeoPoint(15, 25))).isTrue();
        assertThat(u.contains(new GeoPoint(15, 15))).as("in the gap").isFalse();
        assertThat(u.contains(new GeoPoint(25, 15))).isFalse();
        assertThat(u.contains(new GeoPoint(-1, 15))).isFalse();
        assertThatThrownBy(() -> new Shape.Polygon(List.of(new GeoPoint(0, 170),
                new GeoPoint(10, -170), new GeoPoint(5, 175))))
                .hasMessageContaining("180th meridian");
        assertThatThrownBy(() -> new Shape.Polygon(List.of(GRAZ, VIENNA)))
                .hasMessageContaining("3 to 1000");
    }

    @Test
    void areasAndCells_areOfTheirNetwork_andWhatIsNotToldLeavesItOpen() {
        Fence fence = new Fence(Set.of(), Set.of(), Set.of(Area.parse("26201-4711")),
                Set.of(CellId.parse("26202-84674305")), List.of(), false);
        assertThat(fence.judge(new Place("DE", Plmn.parse("26201"), 4711, null, null)))
                .isEqualTo(Fence.Verdict.INSIDE);
        assertThat(fence.judge(new Place("DE", Plmn.parse("26202"), 4711,
                CellId.parse("26202-84674305"), null))).isEqualTo(Fence.Verdict.INSIDE);
        assertThat(fence.judge(new Place("DE", Plmn.parse("26203"), 4711,
                CellId.parse("26203-84674305"), null))).isEqualTo(Fence.Verdict.OUTSIDE);
        assertThat(fence.judge(new Place("DE", Plmn.parse("26203"), 4711, null, null)))
                .isEqualTo(Fence.Verdict.UNKNOWN);
    }

    @Test
    void fence_isReadAsItIsWritten_andAsEarlierVersionsWroteIt() {
        Fence all = new Fence(Set.of("AT"), Set.of(Plmn.parse("26201")),
                Set.of(Area.parse("23203-801")), Set.of(CellId.parse("23203-801-86")),
                List.of(new Shape.Circle(GRAZ, 12.5),
                        new Shape.Polygon(List.of(GRAZ, VIENNA, new GeoPoint(47, 16)))),
                true);
        assertThat(Fence.read(Fence.write(all))).isEqualTo(all);
        assertThat(Fence.read("{\"countries\":[\"DE\"],\"plmns\":[],\"on_unknown\":\"deny\"}"))
                .isEqualTo(new Fence(Set.of("DE"), Set.of(), false));
    }
}
