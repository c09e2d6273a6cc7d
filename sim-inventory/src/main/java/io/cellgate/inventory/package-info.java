/** SIM cards, orders, accounts, carriers, fleets and policies: the domain and its store. */
@NullMarked
package io.cellgate.inventory;

import org.jspecify.annotations.NullMarked;
