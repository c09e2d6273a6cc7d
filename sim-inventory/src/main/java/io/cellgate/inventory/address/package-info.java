/** What devices are given: access points, pools of addresses, addresses of single SIMs. They are the operator's. */
@NullMarked
package io.cellgate.inventory.address;

import org.jspecify.annotations.NullMarked;
