import { simulatedSales } from './simulated-sales.test-support.ts';

simulatedSales('alone', 200);
